/** The engine's clock, its timer, and the watch on the wall clock, on a clock that stands until it is advanced. */
import { expect, test } from 'vitest';
import { EngineClock } from '../../../runtime/intake/engine-clock.js';
import { EngineTimer } from '../../../runtime/intake/engine-timer.js';
import { OffsetWatch } from '../../../runtime/intake/offset-watch.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { NOON } from './intake-fixture.js';

test('begins at the wall clock and goes on by itself', () => {
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  clock.advance(1_500.7);
  expect(engineClock.now()).toBe(NOON + 1_500);
  expect(engineClock.offset()).toBe(0);
});

test('never begins before the last recorded engine time', () => {
  const clock = new SimulatedClock(0);
  const engineClock = new EngineClock(clock, NOON);
  expect(engineClock.now()).toBe(NOON);
  expect(engineClock.offset()).toBe(-NOON);
});

test.each([3_600_000, -3_600_000])('a step of the wall clock by %d ms shows only in the offset', (step) => {
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  clock.advance(1_000);
  clock.setWall(clock.wall() + step);
  expect(engineClock.now()).toBe(NOON + 1_000);
  expect(engineClock.offset()).toBe(step);
});

function timer() {
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  const calls: number[] = [];
  const engineTimer = new EngineTimer({ clock, engineClock }, () => calls.push(engineClock.now() - NOON));
  return { clock, engineTimer, calls };
}

test('calls when the deadline is due', () => {
  const { clock, engineTimer, calls } = timer();
  engineTimer.watch(NOON + 500);
  clock.advance(499);
  expect(calls).toEqual([]);
  clock.advance(1);
  expect(calls).toEqual([500]);
  clock.advance(10_000);
  expect(calls).toEqual([500]);
});

test('an earlier deadline replaces a later one; a later one waits for the call', () => {
  const { clock, engineTimer, calls } = timer();
  engineTimer.watch(NOON + 500);
  engineTimer.watch(NOON + 200);
  engineTimer.watch(NOON + 900);
  clock.advance(1_000);
  expect(calls).toEqual([200]);
});

test('infinity is never', () => {
  const { clock, engineTimer, calls } = timer();
  engineTimer.watch(Number.POSITIVE_INFINITY);
  expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  clock.advance(1e12);
  expect(calls).toEqual([]);
});

test('stops', () => {
  const { clock, engineTimer, calls } = timer();
  engineTimer.watch(NOON + 500);
  engineTimer.stop();
  engineTimer.watch(NOON + 300);
  clock.advance(1_000);
  expect(calls).toEqual([]);
});

test('a step of the wall clock is told once, a drift when it has grown', () => {
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  const steps: number[] = [];
  const watch = new OffsetWatch({ clock, engineClock }, (offset) => steps.push(offset));
  watch.start();
  clock.advance(5_000);
  expect(steps).toEqual([]);
  clock.setWall(clock.wall() + 3_600_000);
  clock.advance(5_000);
  expect(steps).toEqual([3_600_000]);
  clock.setWall(clock.wall() - 99);
  clock.advance(1_000);
  clock.setWall(clock.wall() - 1);
  clock.advance(1_000);
  expect(steps).toEqual([3_600_000, 3_599_900]);
  expect(watch.offset).toBe(3_599_900);
  watch.stop();
  clock.setWall(0);
  clock.advance(5_000);
  expect(steps).toHaveLength(2);
});
