import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, timeOf } from '../table-file.js';

/** One experiment of the Skoltech Anomaly Benchmark. */
export interface SkabFile {
  readonly name: string;
  readonly times: Float64Array;
  readonly rows: readonly (readonly number[])[];
  readonly isAnomalous: readonly boolean[];
  readonly isChangePoint: readonly boolean[];
}

const FOLDERS = ['valve1', 'valve2', 'other'];
const LABELS = 2;

export function readSkab(folder: string): { features: readonly string[]; files: readonly SkabFile[] } {
  const names = FOLDERS.flatMap((one) =>
    readdirSync(join(folder, one))
      .sort()
      .map((name) => join(one, name)),
  );
  const tables = names.map((name) => ({ name, table: readTable(join(folder, name), ';') }));
  return {
    features: tables[0]?.table.columns.slice(1, -LABELS) ?? [],
    files: tables.map(({ name, table: { rows } }) => ({
      name,
      times: Float64Array.from(rows, ([stamp = '']) => timeOf(stamp)),
      rows: rows.map((cells) => cells.slice(1, -LABELS).map(Number)),
      isAnomalous: rows.map((cells) => Number(cells.at(-2)) === 1),
      isChangePoint: rows.map((cells) => Number(cells.at(-1)) === 1),
    })),
  };
}
