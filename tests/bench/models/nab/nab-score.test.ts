/** The scorer of the NAB benchmark against the published scores of published detectors. */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchmarkFile } from '../../../benchmark-data.js';
import { readNab } from './nab-files.js';
import { PUBLISHED_DETECTORS, rescored } from './nab-fixture.js';
import { nabResult, STANDARD } from './nab-score.js';

const fixture = benchmarkFile('nab', 'reference-scores.csv.gz');

describe.skipIf(fixture.missing !== null)('published detectors', () => {
  const folder = dirname(fixture.path);
  const files = fixture.missing === null ? readNab(folder) : [];

  test.each(PUBLISHED_DETECTORS)('$detector', ({ detector, ...expected }) => {
    const own = rescored(folder, files, detector);
    expect(own.standard).toBeCloseTo(expected.standard, 3);
    expect(own.threshold).toBeCloseTo(expected.threshold, 5);
    expect(own.lowFalseAlarms).toBeCloseTo(expected.lowFalseAlarms, 3);
    expect(own.lowMisses).toBeCloseTo(expected.lowMisses, 3);
  });
});

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
