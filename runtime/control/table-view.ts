import type { Engine, Plan, Row } from '../../rules/engine.js';
import type { View } from '../../rules/supply.js';

/** A view of the site in a list. */
export interface TableSummary {
  readonly id: string;
  readonly title: string | null;
  /** Names of the labels that tell rows apart. */
  readonly labels: readonly string[];
  readonly fields: readonly string[];
  /** In ms; `null`: rows change whenever what they are made of does. */
  readonly every: number | null;
  readonly rows: number;
}

/** A view with its rows, in order of their labels. */
export interface TableView extends Omit<TableSummary, 'rows'> {
  readonly rows: readonly Row[];
}

type Shown = Pick<Engine, 'rows'>;

/** In order of ids. */
export function tableSummaries(engine: Shown, { views = [] }: Plan): TableSummary[] {
  return [...views]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((view) => ({ ...headOf(view), rows: engine.rows('view', view.id).length }));
}

/** `null`: there is no such view. */
export function tableView(engine: Shown, { views = [] }: Plan, id: string): TableView | null {
  const view = views.find((one) => one.id === id);
  return view === undefined ? null : { ...headOf(view), rows: engine.rows('view', id) };
}

function headOf({ id, title, groupBy, emit, everyMs }: View): Omit<TableSummary, 'rows'> {
  return { id, title, labels: groupBy, fields: emit.map(({ field }) => field), every: everyMs };
}
