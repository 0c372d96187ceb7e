// The state of an engine as bytes: only those of this version of the program are read.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { StateBytes } from '../../../rules/engine/state-bytes.js';
import { at, engineOf, START, until } from './engine-fixture.js';
import { siteOf } from './view-fixture.js';

const HOT = { id: 'hot', when: { value: 'x', above: 80 } };

it('of another version is refused, and the engine goes on from the beginning', () => {
  // Before there was a version in it, it began with the time.
  const data = new StateBytes().number(START).number(1).number(0).number(1).take();
  const engine = engineOf(HOT);
  expect(() => engine.load({ version: 1, data })).toThrow('another version');
  expect(engine.message(at(0, 'f/a/x', 81))).toHaveLength(1);
});

it('is the same however it came about that instances began in this order', () => {
  const first = engineOf(HOT);
  for (const machine of ['b', 'a', 'c']) first.message(at(0, `f/${machine}/x`, 81));
  const again = engineOf(HOT);
  again.load(first.save());
  expect(again.save()).toEqual(first.save());
  for (const engine of [first, again]) engine.message(at(1, 'f/a2/x', 81));
  expect(again.save()).toEqual(first.save());
});

describe('taken in pieces', () => {
  const LOAD = { id: 'load', inputs: { x: 'f/{m}/x' }, emit: { now: 'x' } };
  const OUTER = { id: 'outer', inputs: { now: { view: 'load', field: 'now' } }, emit: { twice: '2 * now' } };
  const CALM = {
    id: 'calm',
    inputs: { x: 'f/{m}/x' },
    when: {
      any: [
        { value: 'x', above: 80 },
        { absent: 'x', for: '10s' },
      ],
    },
  };

  it.each<[string, Parameters<typeof siteOf>[0]]>([
    ['a rule that a message leaves out', { rules: [CALM] }],
    ['a view whose messages come by another connection', { views: [LOAD] }],
    ['a view of such a view', { views: [LOAD, OUTER] }],
  ])('it holds what was so when it began: %s', (_, site) => {
    const engine = createEngine(siteOf(site));
    for (const machine of ['a', 'b']) engine.message(at(0, `f/${machine}/x`, 20));
    const atOnce = engine.save();
    const saving = engine.saveInSlices();
    for (const machine of ['a', 'b']) engine.message(at(1, `f/${machine}/x`, 30, { source: 'other' }));
    engine.message(at(2, 'f/b/x', 90));
    until(engine, 11.5);
    expect(saving.step(Number.POSITIVE_INFINITY)).toEqual(atOnce);
  });
});
