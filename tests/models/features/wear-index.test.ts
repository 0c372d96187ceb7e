/**
 * One number out of all signals: fitted to made-up rows whose wear is known, beside the solution of the normal equations
 * worked out for two signals by hand.
 */
import { expect, test } from 'vitest';
import { type WearIndex, WearSums, wearOf } from '../../../models/features/wear-index.js';
import { seededRandom } from '../../seeded-random.js';

const noise = (random: () => number) => random() + random() + random() - 1.5;

/** Signals that rise with wear, each with noise of its own, far from zero; one that never changes, one of noise alone. */
function rowsWith(seed: number): { signals: Float64Array; label: number }[] {
  const random = seededRandom(seed);
  return Array.from({ length: 400 }, () => {
    const label = random() * 100;
    const telling = Array.from({ length: 6 }, (_, signal) => 1e6 + signal - label / 100 + noise(random));
    return { signals: Float64Array.from([...telling, 5, noise(random)]), label };
  });
}

const centres = Float64Array.from([1e6, 1e6, 1e6, 1e6, 1e6, 1e6, 5, 0]);

function indexOf(rows: readonly { signals: Float64Array; label: number }[], without: number | null = null) {
  const sums = new WearSums(centres, 2);
  for (const [row, { signals, label }] of rows.entries()) sums.add(row % 2, signals, label);
  return sums.index(without);
}

function correlation(index: WearIndex, rows: readonly { signals: Float64Array; label: number }[]): number {
  const pairs = rows.map(({ signals, label }) => [wearOf(index, signals), label] as const);
  const mean = (of: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = (of: (a: number, b: number) => number) =>
    pairs.reduce((all, [a, b]) => all + of(a - x, b - y), 0);
  return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}

test('goes with the wear of rows that it has not seen, better than any signal alone', () => {
  const index = indexOf(rowsWith(1));
  const others = rowsWith(2);
  const alone = {
    centres: index.centres,
    weights: index.weights.map((_, signal) => (signal === 0 ? -1 : 0)),
  };
  expect(correlation(index, others)).toBeGreaterThan(0.75);
  expect(correlation(index, others)).toBeGreaterThan(correlation(alone, others) + 0.2);
  expect(index.weights[6]).toBe(0);
});

test('of one signal: the slope of least squares, a thousandth less', () => {
  const sums = new WearSums(Float64Array.of(10), 1);
  for (const [x, y] of [
    [8, 1],
    [10, 2],
    [12, 6],
    [14, 7],
  ] as const)
    sums.add(0, Float64Array.of(x), y);
  const [weight = 0] = sums.index(null).weights;
  // Deviations −3, −1, 1, 3 by −3, −2, 2, 3: 22 / 20.
  expect(weight).toBeCloseTo(1.1 / 1.001, 8);
});

test('a part left out is as if it had never been there', () => {
  const rows = rowsWith(3);
  const onlyFirst = new WearSums(centres, 1);
  for (const [row, { signals, label }] of rows.entries()) if (row % 2 === 0) onlyFirst.add(0, signals, label);
  expect(indexOf(rows, 1)).toEqual(onlyFirst.index(null));
});

test('what is not known counts as the mean, labels that are not known not at all', () => {
  const index = indexOf(rowsWith(4));
  const [first] = rowsWith(5);
  const holed = Float64Array.from(first?.signals ?? [], (value, signal) =>
    signal === 2 ? Number.NaN : value,
  );
  const filled = holed.map((value, signal) => (signal === 2 ? (index.centres[2] ?? 0) : value));
  expect(wearOf(index, holed)).toBe(wearOf(index, filled));
  const rows = rowsWith(4);
  expect(indexOf([...rows, { signals: centres, label: Number.NaN }])).toEqual(index);
});

test('nothing to fit: no weight, and no NaN', () => {
  expect(indexOf([]).weights).toEqual(Array(8).fill(0));
  const alike = Array.from({ length: 9 }, (_, label) => ({ signals: centres, label }));
  expect(indexOf(alike).weights).toEqual(Array(8).fill(0));
  const twice = new WearSums(Float64Array.of(0, 0), 1);
  for (let x = 0; x < 9; x++) twice.add(0, Float64Array.of(x, x), x);
  const [a = 0, b = 0] = twice.index(null).weights;
  expect(a).toBeCloseTo(b, 6);
  expect(a + b).toBeCloseTo(1, 2);
});
