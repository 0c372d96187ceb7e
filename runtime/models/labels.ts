import type { Mark, MarkEvent } from '../../models/scorer.js';
import type { SourceFile } from '../../rules/format/document.js';
import { type CsvRow, parseCsv } from '../../rules/format/parse-csv.js';
import { isNamedBy } from '../../rules/supply.js';
import { parseTime } from '../replay/time-text.js';

/** What somebody noted of a machine: that it failed, or was maintained. */
export interface Label extends Mark {
  /** Those of the machine: `machine` → `m1`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ReadLabels {
  /** The names in the first line. */
  readonly columns: readonly string[];
  readonly labels: readonly Label[];
  readonly problems: readonly LabelProblem[];
}

/** Example: `{ line: 7, message: '"broken" is no event.', hint: 'Write failure or maintenance.' }` */
export interface LabelProblem {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export const MARK_EVENTS: readonly MarkEvent[] = ['failure', 'maintenance'];

/**
 * Reads a file of the folder `labels/`: CSV with the columns `time`, `event`, and one for each label that tells machines
 * apart. Other columns are for people.
 */
export function readLabels({ text }: Pick<SourceFile, 'text'>): ReadLabels {
  const { rows, openQuote } = parseCsv(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const [head, ...others] = rows;
  const columns = head?.cells ?? [];
  if (openQuote !== null) return unreadable(columns, { line: openQuote, ...OPEN_QUOTE });
  const missing = ['time', 'event'].filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const message = `There is no column ${missing.join(' and no column ')}.`;
    return unreadable(columns, { line: 1, message, hint: FIRST_LINE });
  }
  const read = others.map((row) => readRow(columns, row));
  return {
    columns,
    labels: read.filter((one) => 'event' in one),
    problems: read.filter((one) => 'message' in one),
  };
}

const OPEN_QUOTE = {
  message: 'A quote that begins here never ends.',
  hint: 'A quote in a quoted cell is written twice.',
};
const FIRST_LINE = 'The first line has the names of the columns: machine,time,event';

function unreadable(columns: readonly string[], problem: LabelProblem): ReadLabels {
  return { columns, labels: [], problems: [problem] };
}

/** @returns the label, or what is wrong with the row */
function readRow(names: readonly string[], { cells, line }: CsvRow): Label | LabelProblem {
  const cell = (name: string) => cells[names.indexOf(name)] ?? '';
  if (cells.length > names.length) {
    const message = `This line has ${cells.length} cells, and the first one ${names.length}.`;
    return { line, message, hint: 'A cell with a comma in it stands in quotes.' };
  }
  const time = parseTime(cell('time'));
  if (time === null)
    return {
      line,
      message: `"${cell('time')}" is no time.`,
      hint: 'Write 2026-01-05T06:00:00Z, or epoch milliseconds.',
    };
  const event = MARK_EVENTS.find((one) => one === cell('event'));
  if (event === undefined)
    return { line, message: `"${cell('event')}" is no event.`, hint: `Write ${MARK_EVENTS.join(' or ')}.` };
  const labels = names.flatMap((name, index) => {
    const value = cells[index] ?? '';
    return name === 'time' || name === 'event' || value === '' ? [] : [[name, value] as const];
  });
  return { time, event, labels: Object.fromEntries(labels) };
}

/**
 * Is it about this instance?
 *
 * @param groupBy the labels that make an instance
 */
export function concerns(
  { labels }: Pick<Label, 'labels'>,
  groupBy: readonly string[],
  instance: readonly string[],
): boolean {
  const own = Object.fromEntries(groupBy.map((name, at) => [name, instance[at] ?? '']));
  return isNamedBy(labels, own);
}

/** The marks of an instance, in order of time; of two that are the same, one. */
export function marksOf(
  all: readonly Label[],
  groupBy: readonly string[],
  instance: readonly string[],
): Mark[] {
  const own = all.filter((label) => concerns(label, groupBy, instance));
  const byKey = new Map(own.map(({ time, event }) => [`${time} ${event}`, { time, event }]));
  return [...byKey.values()].sort((a, b) => a.time - b.time || (a.event < b.event ? -1 : 1));
}
