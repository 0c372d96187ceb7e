// Rules that are new or changed and take over what an engine made of the past, 100 s after the start: the events of the
// swap, at most one of each instance, and of what comes next.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { at, planOf, type RuleSource, rows, until } from './engine-fixture.js';
import { AT_90, type Came, HOT, type Swap } from './replan-fixture.js';

const MEAN: RuleSource = { id: 'mean', when: { avg: 'x', over: '10m', full: true, above: 80 } };

/** @param past what came before what the engine saw: history */
function verify(
  { before, came, after, swap, thenCame = [], until: end, next = [] }: Swap,
  past: readonly Came[] = [],
) {
  const engine = createEngine(planOf(...before));
  const warmed = createEngine(planOf(...after));
  for (const [seconds, topic, payload] of [...past, ...came]) warmed.message(at(seconds, topic, payload));
  for (const [seconds, topic, payload] of came) engine.message(at(seconds, topic, payload));
  until(engine, 100);
  expect(rows(engine.replan(planOf(...after), warmed))).toEqual(swap);
  const then = thenCame.flatMap(([seconds, topic, payload]) =>
    rows(engine.message(at(seconds, topic, payload))),
  );
  expect([...then, ...(end === undefined ? [] : until(engine, end))]).toEqual(next);
}

describe('a new rule', () => {
  it.each<Swap>([
    {
      name: 'fires where it fires',
      before: [],
      came: AT_90,
      after: [HOT],
      swap: ['100 hot a firing warning'],
      thenCame: [[101, 'f/a/x', 1]],
      next: ['101 hot a resolved warning normal'],
    },
    {
      name: 'says nothing where it does not, or no more',
      before: [],
      came: [...AT_90, [50, 'f/a/x', 1], [50, 'f/b/x', 1]],
      after: [HOT],
      swap: [],
      thenCame: [[101, 'f/b/x', 90]],
      next: ['101 hot b firing warning'],
    },
    {
      name: 'knows its delay',
      before: [],
      came: [[70, 'f/a/x', 90]],
      after: [{ ...HOT, when: { value: 'x', above: 80, for: '1m' } }],
      swap: ['100 hot a pending warning'],
      until: 200,
      next: ['130 hot a firing warning'],
    },
    {
      name: 'knows which side of its deadband it comes from',
      before: [],
      came: [
        [0, 'f/a/x', 90],
        [1, 'f/a/x', 78],
      ],
      after: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 } }],
      swap: ['100 hot a firing warning'],
      thenCame: [[101, 'f/a/x', 75]],
      next: ['101 hot a resolved warning normal'],
    },
    {
      name: 'fires where `keepFor` would still keep it, until that is over',
      before: [],
      came: [
        [0, 'f/a/x', 90],
        [60, 'f/a/x', 1],
      ],
      after: [{ ...HOT, keepFor: '1m' }],
      swap: ['100 hot a firing warning'],
      until: 200,
      next: ['120 hot a resolved warning normal'],
    },
    {
      name: 'is not latched by what nobody was told of',
      before: [],
      came: [
        [0, 'f/a/x', 90],
        [60, 'f/a/x', 1],
      ],
      after: [{ ...HOT, latch: true }],
      swap: [],
      thenCame: [
        [101, 'f/a/x', 90],
        [102, 'f/a/x', 1],
      ],
      next: ['101 hot a firing warning', '102 hot a cleared warning normal'],
    },
    {
      name: 'holds an unknown that it would have held',
      before: [],
      came: [
        [0, 'f/a/x', 90],
        [60, 'f/a/x', 'no number'],
      ],
      after: [HOT],
      swap: ['100 hot a firing warning'],
    },
    {
      name: 'misses what has not been heard of for longer than it waits',
      before: [],
      came: AT_90,
      after: [{ id: 'gone', when: { absent: 'x', for: '90s' } }],
      swap: ['100 gone a firing warning'],
    },
  ])('$name', (swap) => verify(swap));

  it('has a full window at once', () => {
    const past: Came[] = [[-600, 'f/a/x', 100]];
    verify(
      {
        name: '',
        before: [{ id: 'value' }],
        came: [[0, 'f/a/x', 70]],
        after: [{ id: 'value' }, MEAN],
        swap: [],
        thenCame: [[101, 'f/a/x', 100]],
        next: ['101 mean a firing warning', '101 value a firing warning'],
      },
      past,
    );
  });

  it('reads a pool whose topics came in another order', () => {
    const spread: RuleSource = {
      id: 'spread',
      inputs: { all: 'f/+/x' },
      groupBy: [],
      when: { count: 'all', over: '1h', atLeast: 2 },
    };
    verify(
      {
        name: '',
        before: [{ id: 'value' }],
        came: [[1, 'f/b/x', 1]],
        after: [{ id: 'value' }, spread],
        swap: ['100 spread firing warning'],
        // Topic a begins anew as another kind: its readings go, that of b stays.
        thenCame: [
          [101, 'f/a/x', 'one'],
          [102, 'f/a/x', 'two'],
          [103, 'f/a/x', 'three'],
          [104, 'f/b/x', 2],
        ],
        next: [],
      },
      [
        [0, 'f/a/x', 1],
        [0, 'f/a/x', 2],
      ],
    );
  });
});

describe('a changed rule', () => {
  const mean = (limit: number, more: RuleSource = {}): RuleSource => ({
    id: 'mean',
    when: { avg: 'x', over: '5m', above: limit },
    ...more,
  });

  it.each<Swap>([
    {
      name: 'goes on firing where both do',
      before: [mean(80)],
      came: AT_90,
      after: [mean(85)],
      swap: [],
      thenCame: [[101, 'f/a/x', 0]],
      next: ['101 mean a resolved warning normal'],
    },
    {
      name: 'resolves where only the old one fires, whatever its `keepFor`',
      before: [mean(80)],
      came: AT_90,
      after: [mean(95, { keepFor: '1h' })],
      swap: ['100 mean a resolved warning rule changed'],
    },
    {
      name: 'fires where only the new one does',
      before: [mean(95)],
      came: AT_90,
      after: [mean(80)],
      swap: ['100 mean a firing warning'],
    },
    {
      name: 'keeps the delay of a condition that did not change',
      before: [
        {
          id: 'two',
          when: { warning: { value: 'x', above: 80, for: '2m' }, critical: { value: 'x', above: 99 } },
        },
      ],
      came: [[50, 'f/a/x', 90]],
      after: [
        {
          id: 'two',
          when: {
            warning: { value: 'x', above: 80, for: '2m' },
            critical: { value: 'x', above: 89, for: '40s' },
          },
        },
      ],
      swap: ['100 two a firing critical'],
      until: 200,
    },
    {
      name: 'takes over the alert of one with other inputs',
      before: [HOT],
      came: [
        [0, 'f/a/x', 90],
        [0, 'g/a/x', 90],
        [0, 'f/b/x', 90],
        [0, 'g/b/x', 1],
        [0, 'f/c/x', 90],
      ],
      after: [{ ...HOT, inputs: { x: 'g/{m}/x' } }],
      swap: ['100 hot b resolved warning rule changed', '100 hot c resolved warning rule changed'],
      thenCame: [[101, 'g/a/x', 1]],
      next: ['101 hot a resolved warning normal'],
    },
  ])('$name', (swap) => verify(swap));

  it('goes on with the episode', () => {
    const engine = createEngine(planOf(mean(80)));
    const warmed = createEngine(planOf(mean(85)));
    const [firing] = engine.message(at(0, 'f/a/x', 90));
    warmed.message(at(0, 'f/a/x', 90));
    engine.replan(planOf(mean(85)), warmed);
    const [resolved] = engine.message(at(1, 'f/a/x', 0));
    expect(resolved?.episode).toBe(firing?.episode);
  });
});
