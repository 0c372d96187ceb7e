/** Waits between attempts: doubling to a minute, spread by the given random numbers. */
import { expect, test } from 'vitest';
import { ReconnectDelay } from '../../firmware-bridge/reconnect-delay.js';

const take = (delay: ReconnectDelay, count: number) => Array.from({ length: count }, () => delay.next());

test('doubles up to a minute and begins anew after success', () => {
  const delay = new ReconnectDelay(() => 1 - Number.EPSILON);
  expect(take(delay, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  delay.reset();
  expect(delay.next()).toBe(1000);
});

test('never less than half', () => {
  expect(take(new ReconnectDelay(() => 0), 3)).toEqual([500, 1000, 2000]);
});
