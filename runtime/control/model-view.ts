import type { Engine, Plan, Row } from '../../rules/engine.js';
import type { Model } from '../../rules/supply.js';

/** A model of the site in a list. */
export interface ModelSummary {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  /** Names of the labels that tell its instances apart. */
  readonly labels: readonly string[];
  readonly outputs: readonly string[];
  /** In ms; `null`: it scores at every reading of a feature. */
  readonly every: number | null;
  /** How many instances have each quality. */
  readonly instances: Readonly<Record<string, number>>;
}

/** A model with its instances, in order of their labels: what each gave last, and how far that can be trusted. */
export interface ModelView extends Omit<ModelSummary, 'instances'> {
  readonly instances: readonly Row[];
}

type Shown = Pick<Engine, 'rows'>;

/** In order of ids. */
export function modelSummaries(engine: Shown, { models = [] }: Plan): ModelSummary[] {
  return [...models]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((model) => ({ ...headOf(model), instances: countOf(engine.rows('model', model.id)) }));
}

/** `null`: there is no such model. */
export function modelView(engine: Shown, { models = [] }: Plan, id: string): ModelView | null {
  const model = models.find((one) => one.id === id);
  return model === undefined ? null : { ...headOf(model), instances: engine.rows('model', id) };
}

function headOf({ id, kindName, title, groupBy, outputs, everyMs }: Model): Omit<ModelSummary, 'instances'> {
  return { id, kind: kindName, title, labels: groupBy, outputs, every: everyMs };
}

function countOf(rows: readonly Row[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { quality = '' } of rows) counts[quality] = (counts[quality] ?? 0) + 1;
  return counts;
}
