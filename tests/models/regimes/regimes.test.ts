/** Regimes: found where set-points have a few values, one where they have none or any; signals compared within each. */
import { expect, test } from 'vitest';
import { learnRegimes, regimeOf, standardize } from '../../../models/regimes/regimes.js';
import { mean, variance } from '../../../models/regimes/spread.js';
import { seededRandom } from '../../seeded-random.js';

/** Speed, load, and a signal that follows them. */
function rowsOf(setPoints: (random: () => number) => [number, number], size = 600): Float64Array[] {
  const random = seededRandom(3);
  return Array.from({ length: size }, () => {
    const [speed, load] = setPoints(random);
    return Float64Array.of(speed, load, 10 * speed + load + random());
  });
}

const pick = (random: () => number, values: readonly number[]) =>
  values[Math.floor(random() * values.length)] ?? 0;

test('a few speeds and loads, a little noisy: each pair is a regime', () => {
  const noisy = rowsOf((random) => [
    pick(random, [1000, 1500, 3000]) + random(),
    pick(random, [0, 0.6]) + random() / 1000,
  ]);
  const regimes = learnRegimes(noisy, [0, 1]);
  expect(regimes.centres).toHaveLength(6);
  const at = (speed: number, load: number) => regimeOf(regimes, Float64Array.of(speed, load, 0));
  expect(
    new Set([at(1000, 0), at(1000, 0.6), at(1500, 0), at(1500, 0.6), at(3000, 0), at(3000, 0.6)]).size,
  ).toBe(6);
  const standardized = noisy.map((row) => {
    const z = new Float64Array(3);
    standardize(regimes, row, z);
    return z[2] ?? 0;
  });
  expect(mean(standardized)).toBeCloseTo(0, 9);
  expect(variance(standardized)).toBeCloseTo(1, 9);
});

test.each([
  ['noise about one value', (random: () => number): [number, number] => [500 + random() + random(), 7]],
  ['any speed', (random: () => number): [number, number] => [1000 * random(), 7]],
  ['any speed and load', (random: () => number): [number, number] => [1000 * random(), random()]],
  ['always the same', (): [number, number] => [1000, 7]],
])('%s: one regime', (_, setPoints) => {
  expect(learnRegimes(rowsOf(setPoints), [0, 1]).centres).toHaveLength(1);
});

test('what never varies in a regime is 0, what is unknown stays unknown', () => {
  const regimes = learnRegimes([Float64Array.of(1, 5), Float64Array.of(1, 7)], [0]);
  const z = new Float64Array(2);
  standardize(regimes, Float64Array.of(3, Number.NaN), z);
  expect([...z]).toEqual([0, Number.NaN]);
  standardize(regimes, Float64Array.of(Number.NaN, 8), z);
  expect([...z]).toEqual([Number.NaN, 2]);
});

test('no rows, and rows without a known set-point', () => {
  expect(learnRegimes([], [0]).centres).toEqual([[]]);
  expect(learnRegimes([Float64Array.of(Number.NaN, 1)], [0]).centres).toHaveLength(1);
});

test('the same rows give the same regimes', () => {
  const rows = rowsOf((random) => [pick(random, [1, 2, 3]), 0]);
  expect(learnRegimes(rows, [0])).toEqual(learnRegimes(rows, [0]));
  expect(JSON.stringify(learnRegimes(rows, [0]))).not.toContain('null');
});

test('mean and variance hold where sums of squares do not', () => {
  const values = [1e9 + 4, 1e9 + 7, Number.NaN, 1e9 + 13, 1e9 + 16];
  expect(mean(values)).toBe(1e9 + 10);
  expect(variance(values)).toBe(22.5);
  expect([mean([]), variance([])]).toEqual([0, 0]);
});
