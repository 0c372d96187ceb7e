/** Waits between attempts: doubling, spread by the given random numbers, and longer where a broker says no. */
import { expect, test } from 'vitest';
import { type ConnectionEnd, ReconnectDelay } from '../../firmware-bridge/reconnect-delay.js';

const take = (delay: ReconnectDelay, end: ConnectionEnd, count: number) =>
  Array.from({ length: count }, () => delay.next(end));

const longest = () => new ReconnectDelay(() => 1 - Number.EPSILON);

test('doubles up to 5 s while nothing answers, and begins anew after success', () => {
  const delay = longest();
  expect(take(delay, 'unreachable', 5)).toEqual([1000, 2000, 4000, 5000, 5000]);
  delay.reset();
  expect(delay.next('unreachable')).toBe(1000);
});

test('doubles up to 30 s when a broker ends it, and comes back to 5 s when it is gone', () => {
  const delay = longest();
  expect(take(delay, 'ended', 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(take(delay, 'unreachable', 2)).toEqual([5000, 5000]);
  expect(take(delay, 'ended', 2)).toEqual([5000, 10_000]);
});

test('never less than half', () => {
  expect(take(new ReconnectDelay(() => 0), 'ended', 3)).toEqual([500, 1000, 2000]);
});
