/** How far back the history of a trend reaches. Method: readings at a steady pace, with and without a long silence. */
import { expect, test } from 'vitest';
import { BlockHistory } from '../../../models/trend/block-history.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Takes readings one after the other; their value is their time. */
function take(
  history: BlockHistory,
  { from, count, everyMs }: { from: number; count: number; everyMs: number },
) {
  for (let index = 0; index < count; index++) history.take(from + index * everyMs, from + index * everyMs);
}

const oldest = (history: BlockHistory) => history.times[0] ?? Number.NaN;
const newest = (history: BlockHistory) => history.times[history.count - 1] ?? Number.NaN;

test('no farther than is wanted, however seldom readings come', () => {
  for (const everyMs of [1_000, 60_000, HOUR_MS]) {
    const history = new BlockHistory(4 * DAY_MS);
    take(history, { from: 0, count: 20_000, everyMs });
    expect(newest(history) - oldest(history), String(everyMs)).toBeLessThanOrEqual(4 * DAY_MS);
    expect(history.count, String(everyMs)).toBeGreaterThanOrEqual(20);
  }
});

test('what was before a long silence goes when there is enough after it', () => {
  const history = new BlockHistory(30 * DAY_MS);
  take(history, { from: 0, count: 400, everyMs: HOUR_MS });
  const again = 400 * DAY_MS;
  take(history, { from: again, count: 4 * 7 + 1, everyMs: HOUR_MS });
  expect({ count: history.count, isOld: oldest(history) < again }).toEqual({ count: 8, isOld: true });
  take(history, { from: again + 29 * HOUR_MS, count: 4, everyMs: HOUR_MS });
  expect({ count: history.count, isOld: oldest(history) < again }).toEqual({ count: 8, isOld: false });
});

test('of readings so seldom that there would be no line as many stay as one needs', () => {
  const history = new BlockHistory(30 * DAY_MS);
  take(history, { from: 0, count: 100, everyMs: 7 * DAY_MS });
  expect(history.count).toBe(8);
});
