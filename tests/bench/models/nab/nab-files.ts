import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, timeOf } from '../table-file.js';

/** One file of the Numenta Anomaly Benchmark. */
export interface NabFile {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** First and last row of each window in which something happens. */
  readonly windows: readonly (readonly [first: number, last: number])[];
}

export function readNab(folder: string): NabFile[] {
  const labels = JSON.parse(readFileSync(join(folder, 'labels', 'combined_windows.json'), 'utf8'));
  return Object.entries<[string, string][]>(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, windows]) => readFile(folder, name, windows));
}

function readFile(folder: string, name: string, windows: readonly [string, string][]): NabFile {
  const { rows } = readTable(join(folder, 'data', name));
  const firstWith = new Map<string, number>();
  rows.forEach(([stamp = ''], row) => {
    if (!firstWith.has(stamp)) firstWith.set(stamp, row);
  });
  const rowOf = (stamp: string) => {
    const row = firstWith.get(stamp.slice(0, 19));
    if (row === undefined) throw new Error(`${name} has no row at ${stamp}`);
    return row;
  };
  return {
    name,
    times: Float64Array.from(rows, ([stamp = '']) => timeOf(stamp)),
    values: Float64Array.from(rows, ([, value]) => Number(value)),
    windows: windows.map(([first, last]) => [rowOf(first), rowOf(last)] as const),
  };
}
