// Events carry `stale` while an input of their instance is silent, as the host says.
import { expect, it } from 'vitest';
import { at, engineOf, rows } from './engine-fixture.js';

it('marks the events of the instances that read the topic, last of all keys', () => {
  const engine = engineOf({ id: 'hot', inputs: { x: 'f/{m}/x', y: 'f/{m}/y' } });
  engine.message(at(0, 'f/a/x', 1));
  engine.message(at(0, 'f/b/x', 1));
  expect(engine.silence('f/a/y', true)).toEqual([]);
  const late = at(90, 'f/a/x', 81, { time: at(1, '', 0).time });
  const [event] = engine.message(late);
  expect(Object.keys(event ?? {}).slice(-2)).toEqual(['late', 'stale']);
  expect(rows(engine.message(at(91, 'f/b/x', 81)))).toEqual(['91 hot b firing warning']);
  engine.silence('f/a/y', false);
  expect(rows(engine.message(at(92, 'f/a/x', 1)))).toEqual(['92 hot a resolved warning normal']);
});

it('marks what reads the topic in a pool, and what begins in the silence', () => {
  const engine = engineOf(
    { id: 'line', inputs: { x: 'f/{m}/x' }, groupBy: [] },
    { id: 'hot', inputs: { x: 'f/{m}/x', y: 'f/{m}/y' } },
  );
  engine.message(at(0, 'f/a/x', 1));
  engine.message(at(0, 'f/b/y', 1));
  engine.silence('f/a/x', true);
  engine.silence('f/b/y', true);
  expect(rows(engine.message(at(1, 'f/b/x', 81)))).toEqual([
    '1 hot b firing warning stale',
    '1 line firing warning stale',
  ]);
});

it('passes over a topic that nobody reads', () => {
  const engine = engineOf({ id: 'hot' });
  expect(engine.silence('g/a/x', true)).toEqual([]);
  engine.silence('f/a/x', true);
  expect(rows(engine.message(at(1, 'f/a/x', 81)))).toEqual(['1 hot a firing warning']);
});

it('keeps the mark beside that of suppression', () => {
  const engine = engineOf({ id: 'a' }, { id: 'b', suppressedBy: [{ rule: 'a' }] });
  engine.message(at(0, 'f/a/x', 1));
  engine.silence('f/a/x', true);
  expect(rows(engine.message(at(1, 'f/a/x', 81)))).toEqual([
    '1 a a firing warning stale',
    '1 b a firing warning suppressed stale',
  ]);
});
