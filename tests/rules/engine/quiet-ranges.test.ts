// A message leaves out the instances that its values cannot change: nothing may look different from settling them all.
// Each comparator is tried on the numbers next to each of its limits, from either state, after messages that were left
// out; then what else could change an instance in the meantime.
import { describe, expect, it } from 'vitest';
import { at, engineOf, rows, START, until } from './engine-fixture.js';

function nextTo(limit: number): number[] {
  const step = Math.max(Math.abs(limit) * Number.EPSILON, Number.MIN_VALUE);
  return [limit - 1, limit - step, limit - step / 2, limit, limit + step / 2, limit + step, limit + 1];
}

interface Case {
  readonly condition: Readonly<Record<string, unknown>>;
  readonly limits: readonly number[];
  /** Values that make it true and false whatever was before. */
  readonly on: number;
  readonly off: number;
  readonly isTrue: (value: number, was: boolean) => boolean;
}

const CASES: Case[] = [0, 5].flatMap((deadband): Case[] => {
  const extra = deadband === 0 ? {} : { deadband };
  const back = (was: boolean) => (was ? deadband : 0);
  const low = (was: boolean) => 10 - (was ? deadband : 0);
  const high = (was: boolean) => 80 + (was ? deadband : 0);
  return [
    {
      condition: { above: 80, ...extra },
      limits: [80, 80 - deadband],
      on: 99,
      off: 1,
      isTrue: (value, was) => value > 80 - back(was),
    },
    {
      condition: { atLeast: 80, ...extra },
      limits: [80, 80 - deadband],
      on: 99,
      off: 1,
      isTrue: (value, was) => value >= 80 - back(was),
    },
    {
      condition: { below: 0, ...extra },
      limits: [0, deadband],
      on: -99,
      off: 99,
      isTrue: (value, was) => value < back(was),
    },
    {
      condition: { atMost: -0.1, ...extra },
      limits: [-0.1, -0.1 + deadband],
      on: -99,
      off: 99,
      isTrue: (value, was) => value <= -0.1 + back(was),
    },
    {
      condition: { between: [10, 80], ...extra },
      limits: [10, 80, 10 - deadband, 80 + deadband],
      on: 50,
      off: 999,
      isTrue: (value, was) => value >= low(was) && value <= high(was),
    },
    {
      condition: { outside: [10, 80], ...extra },
      limits: [10, 80, 10 + deadband, 80 - deadband],
      on: 999,
      off: 50,
      isTrue: (value, was) => value < 10 + back(was) || value > 80 - back(was),
    },
  ];
});

describe.each(CASES)('$condition', ({ condition, limits, on, off, isTrue }) => {
  for (const was of [true, false]) {
    it(`decides as it says next to its limits when it was ${was}`, () => {
      for (const value of limits.flatMap(nextTo)) {
        const engine = engineOf({ id: 'a', when: { value: 'x', ...condition } });
        const before = was ? on : off;
        for (let second = 0; second < 3; second++) engine.message(at(second, 'f/a/x', before));
        engine.message(at(3, 'f/a/x', value));
        const [instance] = engine.instances('a');
        expect(instance?.state, `at ${value}`).toBe(isTrue(value, was) ? 'firing' : 'inactive');
      }
    });
  }
});

it('knows when a reading last came', () => {
  const engine = engineOf({ id: 'hot', forgetAfter: '10s' });
  for (const second of [0, 4, 8]) engine.message(at(second, 'f/a/x', 1));
  engine.advance(START + 17_999);
  expect(engine.instances('hot')).toHaveLength(1);
  engine.advance(START + 18_000);
  expect(engine.instances('hot')).toHaveLength(0);
});

it('counts absence from the newest reading, and says so', () => {
  const engine = engineOf({ id: 'gone', when: { absent: 'x', for: '10s' } });
  for (const second of [0, 4, 8]) engine.message(at(second, 'f/a/x', 1));
  expect(engine.instances('gone')[0]?.due).toBe(START + 18_000);
  expect(engine.explain('gone', { m: 'a' })?.levels[0]?.condition.due).toBe(START + 18_000);
  engine.advance(START + 17_999);
  expect(until(engine, 18)).toEqual(['18 gone a firing warning']);
});

it('decides a condition on several topics by the newest value of each', () => {
  const inputs = { x: 'f/{m}/x', y: 'f/{m}/y' };
  const all = [
    { value: 'x', above: 80 },
    { value: 'y', below: 5 },
  ];
  const engine = engineOf({ id: 'both', inputs, when: { all } });
  const events: string[] = [];
  const feed = (second: number, topic: string, value: number) =>
    events.push(...rows(engine.message(at(second, topic, value))));
  for (const second of [0, 1, 2]) feed(second, 'f/a/x', 1);
  for (const second of [3, 4, 5]) feed(second, 'f/a/y', 9);
  feed(6, 'f/a/x', 81);
  feed(7, 'f/a/y', 4);
  feed(8, 'f/a/x', 82);
  feed(9, 'f/a/x', 80);
  expect(events).toEqual(['7 both a firing warning', '9 both a resolved warning normal']);
});

it('settles an instance whose value is of another kind, or unknown by age', () => {
  const inputs = { x: { topic: 'f/{m}/x', maxAge: '10s' } };
  const engine = engineOf({ id: 'hot', inputs, onUnknown: 'resolve' });
  for (const second of [0, 1, 2]) engine.message(at(second, 'f/a/x', 90));
  expect(rows(engine.message(at(3, 'f/a/x', 'off')))).toEqual(['3 hot a resolved warning unknown']);
  for (const second of [4, 5]) engine.message(at(second, 'f/a/x', 90));
  expect(until(engine, 14)).toEqual([]);
  expect(until(engine, 15)).toEqual(['15 hot a resolved warning unknown']);
});

it('files the time at which a reading leaves a window that was empty', () => {
  const engine = engineOf({ id: 'much', when: { sum: 'x', over: '10s', above: 5 } });
  engine.message(at(0, 'f/a/x', 1));
  engine.advance(START + 15_000);
  engine.message(at(20, 'f/a/x', -4));
  engine.message(at(25, 'f/a/x', 7));
  expect(until(engine, 29)).toEqual([]);
  expect(until(engine, 30)).toEqual(['30 much a firing warning']);
});

describe('a reading leaves a window by time alone', () => {
  const over = { sum: 'x', over: '10s' };

  it('and the value goes out of its range, or stays', () => {
    const engine = engineOf({ id: 'little', when: { ...over, below: 5 } });
    for (const [second, value] of [
      [0, 9],
      [3, 3],
      [6, 4],
      [7, 1],
    ] as const)
      engine.message(at(second, 'f/a/x', value));
    expect(until(engine, 12)).toEqual([]);
    expect(until(engine, 13)).toEqual([]);
    expect(engine.explain('little', { m: 'a' })?.values).toEqual({ x: 1 });
    expect(until(engine, 15)).toEqual([]);
    expect(until(engine, 16)).toEqual(['16 little a firing warning']);
  });

  it('each in a step of its own, whoever looks in between', () => {
    const engine = engineOf(
      { id: 'a', when: { ...over, below: 5, for: '3s' } },
      { id: 'b', when: { ...over, above: 100 } },
    );
    for (const [second, value] of [
      [0, 4],
      [2, 3],
      [4, 1],
    ] as const)
      engine.message(at(second, 'f/a/x', value));
    expect(until(engine, 10)).toEqual(['10 a a pending warning']);
    expect(until(engine, 12)).toEqual([]);
    expect(until(engine, 13)).toEqual(['13 a a firing warning']);
    expect(until(engine, 14)).toEqual([]);
    expect(engine.instances('a')[0]?.due).toBe(engine.instances('b')[0]?.due);
  });

  it('and then nothing comes for so long that the instance is over', () => {
    const engine = engineOf({ id: 'much', when: { ...over, above: 100 }, forgetAfter: '10s' });
    for (const second of [0, 1, 2]) engine.message(at(second, 'f/a/x', 1));
    until(engine, 11);
    expect(engine.instances('much')).toHaveLength(1);
    until(engine, 12);
    expect(engine.instances('much')).toHaveLength(0);
  });

  it('of one input, and the value of another decides', () => {
    const inputs = { x: 'f/{m}/x', y: 'f/{m}/y' };
    const any = [
      { ...over, above: 100 },
      { sum: 'y', over: '10s', below: 5 },
    ];
    const engine = engineOf({ id: 'either', inputs, when: { any } });
    engine.message(at(0, 'f/a/y', 9));
    for (const second of [1, 2, 3]) engine.message(at(second, 'f/a/x', 1));
    expect(until(engine, 9)).toEqual([]);
    expect(until(engine, 10)).toEqual(['10 either a firing warning']);
  });
});

it('is left out of no step that a reset or a restart comes before', () => {
  const rule = { id: 'hot', latch: true };
  const engine = engineOf(rule);
  for (const second of [0, 1]) engine.message(at(second, 'f/a/x', 90));
  for (const second of [2, 3]) engine.message(at(second, 'f/a/x', 1));
  expect(engine.command({ kind: 'reset', rule: 'hot', labels: { m: 'a' } }).kind).toBe('done');
  expect(rows(engine.message(at(4, 'f/a/x', 90)))).toEqual(['4 hot a firing warning']);
  engine.message(at(5, 'f/a/x', 90));
  const again = engineOf(rule);
  again.load(engine.save());
  for (const one of [engine, again])
    expect(rows(one.message(at(6, 'f/a/x', 1)))).toEqual(['6 hot a cleared warning normal']);
});

it('makes no step where a deadline moved on', () => {
  const rule = { id: 'gone', when: { absent: 'x', for: '10s' } };
  const engine = engineOf(rule);
  engine.message(at(5, 'f/a/x', 1));
  const again = engineOf(rule);
  again.load(engine.save());
  for (const one of [engine, again]) {
    one.message(at(10, 'f/a/x', 1));
    one.advance(START + 15_000);
  }
  expect(again.save()).toEqual(engine.save());
});

it('takes part in the suppression of others', () => {
  const engine = engineOf(
    { id: 'a', when: { value: 'x', above: 50 } },
    { id: 'b', suppressedBy: [{ rule: 'a' }] },
  );
  for (const second of [0, 1]) engine.message(at(second, 'f/a/x', 60));
  expect(rows(engine.message(at(2, 'f/a/x', 81)))).toEqual(['2 b a firing warning suppressed']);
  engine.message(at(3, 'f/a/x', 82));
  expect(rows(engine.message(at(4, 'f/a/x', 1)))).toEqual([
    '4 a a resolved warning normal',
    '4 b a resolved warning normal',
  ]);
});
