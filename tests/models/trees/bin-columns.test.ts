/** Values as bins: unknown ones apart, order kept, about equally many in each, bounds between neighbours. */
import { expect, test } from 'vitest';
import { BINS_MAX, binColumns, MISSING_BIN } from '../../../models/trees/bin-columns.js';
import { seededRandom } from '../../seeded-random.js';

const all = (length: number) => Int32Array.from({ length }, (_, row) => row);

test('few values get a bin each, with short numbers between them', () => {
  const column = Float64Array.of(3, 1, Number.NaN, 1, 2, Number.POSITIVE_INFINITY);
  const { bins, bounds } = binColumns([column], all(6));
  expect([...(bins[0] ?? [])]).toEqual([3, 1, MISSING_BIN, 1, 2, MISSING_BIN]);
  expect([...(bounds[0] ?? [])]).toEqual([1.5, 2.5]);
});

test('neighbours in the last bit are told apart', () => {
  const column = Float64Array.of(1, 1 + Number.EPSILON, 1 + 2 * Number.EPSILON);
  expect([...(binColumns([column], all(3)).bins[0] ?? [])]).toEqual([1, 2, 3]);
});

test('many values are parted evenly, and a frequent one has a bin of its own', () => {
  const random = seededRandom(1);
  const column = Float64Array.from({ length: 10_000 }, (_, row) => (row % 2 === 0 ? 0.5 : random()));
  const { bins, bounds } = binColumns([column], all(column.length));
  const counts = new Map<number, number>();
  for (const bin of bins[0] ?? []) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  expect(counts.size).toBeGreaterThan(200);
  expect(bounds[0]?.length).toBeLessThanOrEqual(BINS_MAX - 2);
  const rest = [...counts.values()].sort((a, b) => b - a).slice(1);
  expect(Math.max(...rest)).toBeLessThan(60);
});

test.each([
  ['nothing known', [Number.NaN, Number.NaN]],
  ['a constant', [5, 5, 5]],
  ['nothing', []],
])('%s has no bounds', (_, values) => {
  const { bounds } = binColumns([Float64Array.from(values)], all(values.length));
  expect(bounds[0]?.length).toBe(0);
});

test('bounds come only from the rows named, all rows are binned, and values lie on the side of their bin', () => {
  const random = seededRandom(2);
  const column = Float64Array.from({ length: 2000 }, () => (random() - 0.5) * 10 ** (20 * random() - 10));
  const rows = all(1000);
  const { bins, bounds } = binColumns([column], rows);
  expect(bounds[0]).toEqual(binColumns([column.subarray(0, 1000)], rows).bounds[0]);
  const isMisplaced = (value: number, row: number) => {
    const bin = bins[0]?.[row] ?? 0;
    const above = bounds[0]?.[bin - 1] ?? Number.POSITIVE_INFINITY;
    return value > above || value <= (bounds[0]?.[bin - 2] ?? Number.NEGATIVE_INFINITY);
  };
  expect(column.filter(isMisplaced)).toHaveLength(0);
});
