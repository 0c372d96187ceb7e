/** The scorer of the NAB benchmark against the published scores of published detectors. */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchmarkFile } from '../../../benchmark-data.js';
import { readTable } from '../table-file.js';
import { readNab } from './nab-files.js';
import { bestNabResult, LOW_FALSE_ALARMS, LOW_MISSES, nabResult, STANDARD } from './nab-score.js';

const fixture = benchmarkFile('nab', 'reference-scores.csv.gz');

describe.skipIf(fixture.missing !== null)('published detectors', () => {
  const files = fixture.missing === null ? readNab(dirname(fixture.path)) : [];
  const scores = fixture.missing === null ? readScores(fixture.path) : new Map<string, number>();

  test.each([
    ['ARTime', { standard: 67.8469, lowFalseAlarms: 57.8406, lowMisses: 73.7161, threshold: 0.337609 }],
    ['numenta', { standard: 66.5858, lowFalseAlarms: 60.8051, lowMisses: 71.0572, threshold: 0.555459 }],
    ['contextOSE', { standard: 62.1879, lowFalseAlarms: 57.1446, lowMisses: 66.3071, threshold: 0.703526 }],
  ])('%s', (detector, expected) => {
    const resultOf = (profile: typeof STANDARD) =>
      bestNabResult(
        files,
        ({ name, values }) => Array.from(values, (_, row) => scores.get(`${detector},${name},${row}`) ?? 0),
        profile,
      );
    const standard = resultOf(STANDARD);
    expect(standard.score).toBeCloseTo(expected.standard, 3);
    expect(standard.threshold).toBeCloseTo(expected.threshold, 5);
    expect(resultOf(LOW_FALSE_ALARMS).score).toBeCloseTo(expected.lowFalseAlarms, 3);
    expect(resultOf(LOW_MISSES).score).toBeCloseTo(expected.lowMisses, 3);
  });
});

function readScores(path: string): Map<string, number> {
  const { rows } = readTable(path);
  return new Map(rows.map(([detector, file, row, score]) => [`${detector},${file},${row}`, Number(score)]));
}

test('nothing said scores 0, the first row of every window 100', () => {
  const file = {
    name: 'made up',
    times: new Float64Array(200),
    values: new Float64Array(200),
    windows: [[50, 69] as const, [120, 139] as const],
  };
  const resultOf = (rows: readonly number[]) =>
    nabResult([file], () => Array.from(file.values, (_, row) => rows.includes(row)), STANDARD);
  expect(resultOf([]).score).toBe(0);
  expect(resultOf([50, 120]).score).toBeCloseTo(100, 10);
  expect(resultOf([50, 120])).toMatchObject({ found: 2, windows: 2, falseAlarms: 0 });
  // Within the probation of 30 rows nothing counts; long after a window a false alarm counts whole.
  expect(resultOf([29, 50, 120]).score).toBeCloseTo(100, 10);
  expect(resultOf([30, 50, 120]).score).toBeCloseTo(100 - 11 / 4, 10);
});
