/** The computer's clock: waits longer than Node's timers can, and cancelling. Node's timers are replaced. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../runtime/clock.js';

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('waits longer than 24.8 days', () => {
  const action = vi.fn();
  systemClock.schedule(60 * DAY_MS, action);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledOnce();
});

test('cancels in the middle of a long wait', () => {
  const action = vi.fn();
  const timer = systemClock.schedule(60 * DAY_MS, action);
  vi.advanceTimersByTime(40 * DAY_MS);
  timer.cancel();
  vi.advanceTimersByTime(40 * DAY_MS);
  expect(action).not.toHaveBeenCalled();
});

test('never for infinity, at once for the past', () => {
  const never = vi.fn();
  const past = vi.fn();
  systemClock.schedule(Number.POSITIVE_INFINITY, never);
  systemClock.schedule(-5, past);
  vi.advanceTimersByTime(0);
  expect(past).toHaveBeenCalledOnce();
  expect(never).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
