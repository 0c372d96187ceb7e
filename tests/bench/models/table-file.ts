import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A table of a benchmark file: names of the columns, and the cells of each row as they stand there. */
export interface TableFile {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads a file without quotes; `.gz` is unpacked. */
export function readTable(path: string, separator: ',' | ';' = ','): TableFile {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  return { columns: head.split(separator), rows: lines.map((line) => line.split(separator)) };
}

/** A stamp as files have it, `2014-04-01 00:05:00`, taken as UTC. Whole milliseconds. */
export function timeOf(stamp: string): number {
  const time = Date.parse(`${stamp.slice(0, 19).replace(' ', 'T')}Z`);
  if (Number.isNaN(time)) throw new Error(`${stamp} is no time`);
  return time;
}

/** In order of first appearance. */
export function groupedBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
