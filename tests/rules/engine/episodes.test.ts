// Episodes have names of their own, also those of one instant: after an outage a day of readings may come at once.
import { expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { at, engineOf, planOf } from './engine-fixture.js';

const UPS_AND_DOWNS = [81, 1, 82, 2, 83, 3];

it('an instance that fires again at the same instant begins another episode', () => {
  const engine = engineOf({ id: 'hot' });
  const events = UPS_AND_DOWNS.flatMap((value) => engine.message(at(0, 'f/a/x', value)));
  const episodes = events.map(({ episode }) => episode);
  expect(events.map(({ event }) => event)).toEqual(
    UPS_AND_DOWNS.map((v) => (v > 80 ? 'firing' : 'resolved')),
  );
  expect(new Set(episodes).size).toBe(3);
  for (const i of [0, 2, 4]) expect(episodes[i + 1]).toBe(episodes[i]);
});

it('the same for an engine that was restored in between', () => {
  const plan = planOf({ id: 'hot' });
  const whole = createEngine(plan);
  const expected = UPS_AND_DOWNS.flatMap((value) => whole.message(at(0, 'f/a/x', value)));
  const first = createEngine(plan);
  const before = UPS_AND_DOWNS.slice(0, 3).flatMap((value) => first.message(at(0, 'f/a/x', value)));
  const second = createEngine(plan);
  second.load(structuredClone(first.save()));
  const after = UPS_AND_DOWNS.slice(3).flatMap((value) => second.message(at(0, 'f/a/x', value)));
  expect([...before, ...after]).toEqual(expected);
});
