// `absent` and `maxAge` stand still while the connection that an input arrives by is down. Times are seconds.
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../rules/engine.js';
import { at, engineOf, type RuleSource, rows, until } from './engine-fixture.js';

const ABSENT: RuleSource = { id: 'gone', when: { absent: 'x', for: '10s' } };
const FIRST = at(0, 'f/a/x', 1, { source: 'plc' });

function turn(engine: Engine, seconds: number, name: string, isUp: boolean): string[] {
  return [...until(engine, seconds), ...rows(engine.connection(name, isUp))];
}

describe('absent', () => {
  it('is as late as its connection was down', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    expect(turn(engine, 4, 'plc', false)).toEqual([]);
    expect(turn(engine, 104, 'plc', true)).toEqual([]);
    expect(until(engine, 109.999)).toEqual([]);
    expect(until(engine, 110)).toEqual(['110 gone a firing warning']);
  });

  it('goes on with another connection, or without a name', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    turn(engine, 4, 'other', false);
    expect(until(engine, 10)).toEqual(['10 gone a firing warning']);
    engine.message(at(11, 'f/a/x', 1));
    turn(engine, 12, 'plc', false);
    expect(until(engine, 21)).toEqual(['21 gone a firing warning']);
  });

  it('stays true', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    expect(turn(engine, 10, 'plc', false)).toEqual(['10 gone a firing warning']);
    expect(turn(engine, 30, 'plc', true)).toEqual([]);
    expect(until(engine, 100)).toEqual([]);
  });

  it('follows a topic to another connection, and stands still on that', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    turn(engine, 4, 'plc', false);
    expect(rows(engine.message(at(20, 'f/a/x', 2, { source: 'backup' })))).toEqual([]);
    turn(engine, 25, 'backup', false);
    turn(engine, 26, 'plc', true);
    turn(engine, 45, 'backup', true);
    expect(until(engine, 49.999)).toEqual([]);
    expect(until(engine, 50)).toEqual(['50 gone a firing warning']);
  });

  it('counts from when the connection comes up after a message that it still brought', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    turn(engine, 4, 'plc', false);
    engine.message(at(20, 'f/a/x', 2, { source: 'plc' }));
    turn(engine, 60, 'plc', true);
    expect(until(engine, 69.999)).toEqual([]);
    expect(until(engine, 70)).toEqual(['70 gone a firing warning']);
  });

  it('of an input without any message stands still while any connection is down', () => {
    const engine = engineOf({
      id: 'gone',
      inputs: { x: 'f/{m}/x', y: 'f/{m}/y' },
      when: { absent: 'y', for: '10s' },
    });
    turn(engine, 0, 'plc', false);
    engine.message(at(2, 'f/a/x', 1, { source: 'backup' }));
    turn(engine, 7, 'backup', false);
    turn(engine, 9, 'plc', true);
    expect(until(engine, 29)).toEqual([]);
    turn(engine, 30, 'backup', true);
    expect(until(engine, 39.999)).toEqual([]);
    expect(until(engine, 40)).toEqual(['40 gone a firing warning']);
  });

  it('goes on with the first message where a connection was down from the start', () => {
    const engine = engineOf({ ...ABSENT, inputs: { x: 'f/{m}/x', y: 'f/{m}/+/y' } });
    engine.connection('plc', false);
    engine.message(at(0, 'f/a/x', 1, { source: 'backup' }));
    expect(until(engine, 10)).toEqual(['10 gone a firing warning']);
  });

  it('of a pool stands still while the connection of one of its topics is down', () => {
    const engine = engineOf({ ...ABSENT, groupBy: [] });
    engine.message(FIRST);
    engine.message(at(1, 'f/b/x', 1, { source: 'backup' }));
    turn(engine, 5, 'plc', false);
    expect(turn(engine, 25, 'plc', true)).toEqual([]);
    expect(until(engine, 30.999)).toEqual([]);
    expect(until(engine, 31)).toEqual(['31 gone firing warning']);
  });

  it('begins with the schedule, and stands still on the way', () => {
    const engine = engineOf({ ...ABSENT, active: { from: '00:01' } });
    engine.message(FIRST);
    turn(engine, 55, 'plc', false);
    turn(engine, 65, 'plc', true);
    expect(until(engine, 74.999)).toEqual([]);
    expect(until(engine, 75)).toEqual(['75 gone a firing warning']);
  });

  it('and its connection move with a gap', () => {
    const engine = engineOf(ABSENT);
    engine.message(FIRST);
    turn(engine, 4, 'plc', false);
    engine.gap(FIRST.time + 10_000, FIRST.time + 50_000);
    turn(engine, 60, 'plc', true);
    expect(until(engine, 65.999)).toEqual([]);
    expect(until(engine, 66)).toEqual(['66 gone a firing warning']);
  });
});

describe('maxAge', () => {
  const aged = { topic: 'f/{m}/x', maxAge: '10s' };

  it('is as late as its connection was down', () => {
    const engine = engineOf({
      id: 'known',
      inputs: { x: aged },
      when: 'isKnown(x)',
    });
    expect(rows(engine.message(FIRST))).toEqual(['0 known a firing warning']);
    turn(engine, 4, 'plc', false);
    expect(turn(engine, 50, 'plc', true)).toEqual([]);
    expect(until(engine, 55.999)).toEqual([]);
    expect(until(engine, 56)).toEqual(['56 known a resolved warning normal']);
    turn(engine, 60, 'plc', false);
    expect(turn(engine, 99, 'plc', true)).toEqual([]);
  });

  it('leaves a series out of `across` by its own connection', () => {
    const engine = engineOf({
      id: 'two',
      inputs: { x: aged },
      groupBy: [],
      when: { count: 'x', across: 'm', atLeast: 2 },
    });
    engine.message(FIRST);
    expect(rows(engine.message(at(1, 'f/b/x', 1, { source: 'backup' })))).toEqual(['1 two firing warning']);
    turn(engine, 5, 'plc', false);
    engine.message(at(8, 'f/b/x', 1, { source: 'backup' }));
    turn(engine, 15, 'plc', true);
    expect(until(engine, 17.999)).toEqual([]);
    expect(until(engine, 18)).toEqual(['18 two resolved warning normal']);
  });
});
