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

/** Example: `labels/failures.csv:7: "broken" is no event: write failure or maintenance` */
export interface ReadLabels {
  readonly labels: readonly Label[];
  readonly problems: readonly string[];
}

export const MARK_EVENTS: readonly MarkEvent[] = ['failure', 'maintenance'];

/**
 * Reads a file of the folder `labels/`: CSV with the columns `time`, `event`, and one for each label that tells machines
 * apart. Other columns are for people.
 */
export function readLabels({ path, text }: SourceFile): ReadLabels {
  const { rows, openQuote } = parseCsv(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (openQuote !== null)
    return { labels: [], problems: [`${path}:${openQuote}: a quote is opened and never closed`] };
  const [head, ...others] = rows;
  const names = head?.cells ?? [];
  const missing = ['time', 'event'].filter((name) => !names.includes(name));
  if (missing.length > 0)
    return { labels: [], problems: [`${path}:1: there is no column ${missing.join(' and no column ')}`] };
  const read = others.map((row) => readRow(names, row));
  return {
    labels: read.filter((one) => typeof one !== 'string'),
    problems: read.flatMap((one, index) =>
      typeof one === 'string' ? [`${path}:${others[index]?.line ?? 0}: ${one}`] : [],
    ),
  };
}

/** @returns the label, or what is wrong with the row */
function readRow(names: readonly string[], { cells }: CsvRow): Label | string {
  const cell = (name: string) => cells[names.indexOf(name)] ?? '';
  const time = parseTime(cell('time'));
  if (time === null) return `"${cell('time')}" is no time: write 2026-01-05T06:00:00Z`;
  const event = MARK_EVENTS.find((one) => one === cell('event'));
  if (event === undefined) return `"${cell('event')}" is no event: write ${MARK_EVENTS.join(' or ')}`;
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
