// The state of an engine as bytes: only those of this version of the program are read.
import { expect, it } from 'vitest';
import { StateBytes } from '../../../rules/engine/state-bytes.js';
import { at, engineOf, START } from './engine-fixture.js';

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
