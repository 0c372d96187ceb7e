/** Levels: what they follow, when they are there, and when one is another. */
import { expect, test } from 'vitest';
import { LevelBounds, SignalLevels } from '../../../models/features/signal-levels.js';

const levelsOf = (...values: readonly number[]) => {
  const levels = new SignalLevels(1);
  for (const value of values) levels.add(Float64Array.of(value));
  return levels;
};
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test.each<[string, number[], number]>([
  ['none yet', [], Number.NaN],
  ['too few values', times(29, 5), Number.NaN],
  ['just enough', times(30, 5), 5],
  ['unknown values count for nothing', [...times(29, 5), Number.NaN, Number.POSITIVE_INFINITY], Number.NaN],
  ['at first the mean of all', [...times(15, 0), ...times(15, 10)], 5],
  ['later it follows within a hundred rows', [...times(1000, 0), 100], 1],
])('%s', (_, values, level) => {
  expect(Math.round(levelsOf(...values).of(0) * 1e9) / 1e9).toBe(level);
});

test('a level is another when it is beyond all of the training by as much as they are apart', () => {
  const bounds = new LevelBounds(1);
  bounds.see(levelsOf(...times(30, 10)));
  bounds.see(levelsOf(...times(30, 14)));
  bounds.see(levelsOf(...times(29, 1000)));
  const ranges = bounds.ranges();
  expect(ranges).toEqual([{ low: 6, high: 18 }]);
  const isWithin = (value: number) => levelsOf(...times(30, value)).areWithin(ranges);
  expect([5.9, 6, 12, 18, 18.1].map(isWithin)).toEqual([false, true, true, true, false]);
  expect(levelsOf(1000).areWithin(ranges)).toBe(true);
});

test('where no level was known, or all were one, none is another', () => {
  const bounds = new LevelBounds(2);
  expect(bounds.ranges()).toEqual([null, null]);
  bounds.see(levelsOf(...times(30, 7)));
  expect(bounds.ranges()).toEqual([null, null]);
  expect(levelsOf(...times(30, 1e6)).areWithin([null, null])).toBe(true);
});
