// What rules that change while they run have seen so far: windows and inputs that stay, go, or begin empty.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { at, planOf, type RuleSource, rows } from './engine-fixture.js';
import { AT_90, type Came, HOT, type Swap, verify } from './replan-fixture.js';

describe('windows', () => {
  const mean = (over: string): RuleSource => ({ ...HOT, when: { avg: 'x', over, above: 80 } });
  const seen: readonly Came[] = [
    [60, 'f/a/x', 100],
    [90, 'f/a/x', 70],
  ];

  it.each<Swap>([
    {
      name: 'that both versions have stay full',
      before: [mean('1m')],
      came: seen,
      after: [{ ...mean('1m'), when: { avg: 'x', over: '1m', above: 84 } }],
      swap: [],
      thenCame: [[101, 'f/a/x', 76]],
      next: ['101 hot a resolved warning normal'],
    },
    {
      name: 'that another rule has are shared',
      before: [HOT, { ...mean('1m'), id: 'mean' }],
      came: seen,
      after: [{ ...HOT, when: { avg: 'x', over: '1m', above: 84 } }],
      swap: ['100 hot a firing warning', '100 mean a resolved warning rule removed'],
    },
    {
      name: 'that are new begin empty',
      before: [mean('1m')],
      came: seen,
      after: [mean('2m')],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [[101, 'f/a/x', 81]],
      next: ['101 hot a firing warning'],
    },
    {
      name: 'of derived signals stay full where the signal is the same',
      before: [{ ...HOT, let: { d: 'x * 2' }, when: { count: 'd', over: '2m', atLeast: 3 } }],
      came: seen,
      after: [{ ...HOT, let: { d: 'x * 2' }, when: { count: 'd', over: '2m', atLeast: 2 } }],
      swap: ['100 hot a firing warning'],
    },
    {
      name: 'of derived signals begin empty where it is not',
      before: [{ ...HOT, let: { d: 'x * 2' }, when: { count: 'd', over: '2m', atLeast: 2 } }],
      came: seen,
      after: [{ ...HOT, let: { d: 'x * 3' }, when: { count: 'd', over: '2m', atLeast: 2 } }],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [
        [101, 'f/a/x', 1],
        [102, 'f/a/x', 1],
      ],
      next: ['102 hot a firing warning'],
    },
    {
      name: 'over runs go on where the run is the same',
      before: [{ ...HOT, when: { count: 'x', during: { value: 'x', above: 50 }, atLeast: 3 } }],
      came: seen,
      after: [{ ...HOT, when: { count: 'x', during: { value: 'x', above: 50 }, atLeast: 4 } }],
      swap: [],
      thenCame: [
        [101, 'f/a/x', 60],
        [102, 'f/a/x', 60],
      ],
      next: ['102 hot a firing warning'],
    },
  ])('$name', verify);
});

it('windows of a rule that went begin empty when it comes back', () => {
  const mean: RuleSource = { ...HOT, id: 'mean', when: { count: 'x', over: '1m', atLeast: 2 } };
  const engine = createEngine(planOf(HOT, mean));
  engine.message(at(0, 'f/a/x', 1));
  engine.message(at(1, 'f/a/x', 1));
  engine.replan(planOf(HOT));
  engine.replan(planOf(HOT, mean));
  expect(rows(engine.message(at(2, 'f/a/x', 1)))).toEqual([]);
  expect(rows(engine.message(at(3, 'f/a/x', 1)))).toEqual(['3 mean a firing warning']);
});

describe('a rule with other inputs', () => {
  it.each<Swap>([
    {
      name: 'ends its alerts and begins with readings',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, inputs: { x: 'f/{m}/y' } }],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [
        [101, 'f/a/x', 91],
        [102, 'f/a/y', 91],
      ],
      next: ['102 hot a firing warning'],
    },
    {
      name: 'does so with other labels to group by too',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, groupBy: [] }],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [[101, 'f/b/x', 91]],
      next: ['101 hot firing warning'],
    },
    {
      name: 'finds the same ones in another order',
      before: [{ ...HOT, inputs: { x: 'f/{m}/x', y: 'f/{m}/y' }, when: 'x > y' }],
      came: [...AT_90, [1, 'f/a/y', 80]],
      after: [{ ...HOT, inputs: { y: 'f/{m}/y', x: 'f/{m}/x' }, when: 'x > y + 5' }],
      swap: [],
      thenCame: [[101, 'f/a/y', 85]],
      next: ['101 hot a resolved warning normal'],
    },
    {
      name: 'sees a value grow old at another age',
      before: [{ ...HOT, inputs: { x: { topic: 'f/{m}/x', maxAge: '10m' } }, when: 'isKnown(x)' }],
      came: AT_90,
      after: [{ ...HOT, inputs: { x: { topic: 'f/{m}/x', maxAge: '2m' } }, when: 'isKnown(x)' }],
      swap: [],
      until: 120,
      next: ['120 hot a resolved warning normal'],
    },
  ])('$name', verify);
});
