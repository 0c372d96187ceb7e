// Many timers of one instant, worked off in slices between messages.
import { expect, it } from 'vitest';
import type { Engine } from '../../../rules/engine.js';
import { at, engineOf, rows, START, until } from './engine-fixture.js';

const MACHINES = ['a', 'b', 'c', 'd', 'e'];
const DUE = START + 10_000;

function fiveWaiting(): Engine {
  const engine = engineOf({ id: 'hot', when: { value: 'x', above: 80, for: '10s' } });
  for (const machine of MACHINES) engine.message(at(0, `f/${machine}/x`, 81));
  return engine;
}

const FIVE = MACHINES.map((machine) => `10 hot ${machine} firing warning`);

it('fires as many as it may, in order, and leaves the rest due', () => {
  const engine = fiveWaiting();
  expect(rows(engine.advance(DUE, 2))).toEqual(FIVE.slice(0, 2));
  expect(engine.nextDeadline()).toBe(DUE);
  expect(engine.time).toBe(DUE);
  expect(rows(engine.advance(DUE + 5_000, 2))).toEqual(FIVE.slice(2, 4));
  expect(engine.time).toBe(DUE);
  expect(rows(engine.advance(DUE + 5_000, 2))).toEqual(FIVE.slice(4));
  expect(engine.nextDeadline()).toBeGreaterThan(DUE);
  expect(engine.time).toBe(DUE + 5_000);
});

it('is done when the last one due was within the slice', () => {
  const engine = fiveWaiting();
  expect(rows(engine.advance(DUE + 1, 5))).toEqual(FIVE);
  expect(engine.time).toBe(DUE + 1);
});

it('does nothing with no step allowed', () => {
  const engine = fiveWaiting();
  expect(engine.advance(DUE, 0)).toEqual([]);
  expect(until(engine, 10)).toEqual(FIVE);
});

it('fires the rest first when a message comes in between', () => {
  const engine = fiveWaiting();
  engine.advance(DUE, 2);
  expect(rows(engine.message(at(10, 'f/c/x', 1)))).toEqual([
    ...FIVE.slice(2),
    '10 hot c resolved warning normal',
  ]);
});
