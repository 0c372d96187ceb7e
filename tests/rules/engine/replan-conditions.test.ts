// A rule gets another condition while it runs: at most one event, and what is the same keeps its state.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { at, planOf } from './engine-fixture.js';
import { AT_90, HOT, type Swap, verify } from './replan-fixture.js';

describe('a rule with another condition', () => {
  it.each<Swap>([
    {
      name: 'resolves an alert that no longer holds',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 90 } }],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [[101, 'f/a/x', 91]],
      next: ['101 hot a firing warning'],
    },
    {
      name: 'goes on without an event where it still holds',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 89 } }],
      swap: [],
      thenCame: [[101, 'f/a/x', 89]],
      next: ['101 hot a resolved warning normal'],
    },
    {
      name: 'fires at once where it holds now',
      before: [HOT],
      came: [[0, 'f/a/x', 70]],
      after: [{ ...HOT, when: { value: 'x', above: 60 } }],
      swap: ['100 hot a firing warning'],
    },
    {
      name: 'begins its delay at the swap',
      before: [HOT],
      came: [[0, 'f/a/x', 70]],
      after: [{ ...HOT, when: { value: 'x', above: 60, for: '30s' } }],
      swap: ['100 hot a pending warning'],
      until: 130,
      next: ['130 hot a firing warning'],
    },
    {
      name: 'breaks off a delay',
      before: [{ ...HOT, when: { value: 'x', above: 60, for: '10m' } }],
      came: [[0, 'f/a/x', 70]],
      after: [HOT],
      swap: ['100 hot a cleared warning pending'],
    },
    {
      name: 'fires instead of waiting',
      before: [{ ...HOT, when: { value: 'x', above: 60, for: '10m' } }],
      came: [[0, 'f/a/x', 70]],
      after: [{ ...HOT, when: { value: 'x', above: 60 } }],
      swap: ['100 hot a firing warning'],
    },
    {
      name: 'gives one event where a new delay runs, and tells of that in the next step',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 80, for: '30s' } }],
      swap: ['100 hot a resolved warning rule changed'],
      thenCame: [[101, 'f/a/x', 91]],
      until: 130,
      next: ['101 hot a pending warning', '130 hot a firing warning'],
    },
    {
      name: 'keeps the state of a severity whose condition did not change',
      before: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 } }],
      came: [...AT_90, [1, 'f/a/x', 78]],
      after: [
        {
          ...HOT,
          when: { warning: { value: 'x', above: 80, deadband: 5 }, critical: { value: 'x', above: 95 } },
        },
      ],
      swap: [],
      thenCame: [
        [101, 'f/a/x', 96],
        [102, 'f/a/x', 76],
      ],
      next: ['101 hot a severity critical was warning', '102 hot a severity warning was critical'],
    },
    {
      name: 'may rise to a new severity at once',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, when: { warning: { value: 'x', above: 80 }, critical: { value: 'x', above: 85 } } }],
      swap: ['100 hot a severity critical was warning'],
    },
    {
      name: 'keeps firing for its `keepFor`',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 95 }, keepFor: '30s' }],
      swap: [],
      until: 130,
      next: ['130 hot a resolved warning normal'],
    },
    {
      name: 'leaves a latched alert to a person',
      before: [{ ...HOT, latch: true }],
      came: AT_90,
      after: [{ ...HOT, latch: true, when: { value: 'x', above: 95 } }],
      swap: ['100 hot a cleared warning rule changed'],
    },
    {
      name: 'resolves a latched alert when nothing latches any more',
      before: [{ ...HOT, latch: true }],
      came: [...AT_90, [1, 'f/a/x', 1]],
      after: [HOT],
      swap: ['100 hot a resolved warning rule changed'],
    },
    {
      name: 'sees a schedule that is over as no longer holding',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, active: { from: '06:00' } }],
      swap: ['100 hot a resolved warning rule changed'],
    },
    {
      name: 'keeps its conditions with a schedule that is on',
      before: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 } }],
      came: [...AT_90, [1, 'f/a/x', 78]],
      after: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 }, active: { to: '06:00' } }],
      swap: [],
    },
    {
      name: 'counts silence from its schedule on',
      before: [{ ...HOT, when: { absent: 'x', for: '30s' }, active: { from: '06:00' } }],
      came: AT_90,
      after: [{ ...HOT, when: { absent: 'x', for: '30s' } }],
      swap: [],
      until: 130,
      next: ['130 hot a firing warning'],
    },
    {
      name: 'counts silence of an input that never came from the beginning of the instance',
      before: [{ ...HOT, inputs: { x: 'f/{m}/x', y: 'f/{m}/y' } }],
      came: [[20, 'f/a/x', 1]],
      after: [{ ...HOT, inputs: { x: 'f/{m}/x', y: 'f/{m}/y' }, when: { absent: 'y', for: '90s' } }],
      swap: [],
      until: 110,
      next: ['110 hot a firing warning'],
    },
  ])('$name', verify);

  it('keeps the episode, and the values of the new version', () => {
    const engine = createEngine(planOf(HOT));
    const [firing] = engine.message(at(0, 'f/a/x', 90));
    engine.replan(planOf({ ...HOT, let: { twice: '2 * x' }, when: { value: 'twice', above: 100 } }));
    const [resolved] = engine.message(at(1, 'f/a/x', 40));
    expect(resolved).toMatchObject({ event: 'resolved', values: { x: 40, twice: 80 } });
    expect(resolved?.episode).toBe(firing?.episode);
  });
});
