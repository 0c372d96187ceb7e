import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** 3 settings and 21 sensors, after the number of the unit and the cycle. */
export const CMAPSS_FEATURES = [
  ...Array.from({ length: 3 }, (_, index) => `setting${index + 1}`),
  ...Array.from({ length: 21 }, (_, index) => `sensor${index + 1}`),
];

/** The rows of each unit, in order of the cycles. */
export function readUnits(folder: string, file: string): Map<string, number[][]> {
  const units = new Map<string, number[][]>();
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  for (const line of text.trim().split('\n')) {
    const [unit = '', , ...values] = line.trim().split(/\s+/);
    const rows = units.get(unit) ?? [];
    rows.push(values.map(Number));
    units.set(unit, rows);
  }
  return units;
}

/** The true remaining cycles after the last row of each test unit. */
export function readTruth(folder: string, file: string): number[] {
  return readFileSync(join(folder, file), 'utf8').trim().split('\n').map(Number);
}
