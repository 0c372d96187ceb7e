// Suppression between rules that change while they run.
import { describe, it } from 'vitest';
import type { RuleSource } from './engine-fixture.js';
import { AT_90, HOT, type Swap, verify } from './replan-fixture.js';

describe('suppression', () => {
  const BELOW: RuleSource = { ...HOT, id: 'below', suppressedBy: [{ rule: 'hot' }] };

  it.each<Swap>([
    {
      name: 'ends with its rule',
      before: [HOT, BELOW],
      came: AT_90,
      after: [{ ...HOT, id: 'below' }],
      swap: ['100 hot a resolved warning rule removed', '100 below a unsuppressed warning'],
    },
    {
      name: 'ends with its mention',
      before: [HOT, BELOW],
      came: AT_90,
      after: [HOT, { ...HOT, id: 'below' }],
      swap: ['100 below a unsuppressed warning'],
    },
    {
      name: 'ends with the condition of its rule',
      before: [HOT, BELOW],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 95 } }, BELOW],
      swap: ['100 hot a resolved warning rule changed', '100 below a unsuppressed warning'],
    },
    {
      name: 'stays on what it ends with',
      before: [HOT, BELOW],
      came: AT_90,
      after: [],
      swap: [
        '100 below a resolved warning rule removed suppressed',
        '100 hot a resolved warning rule removed',
      ],
    },
    {
      name: 'begins without an event',
      before: [HOT, { ...HOT, id: 'below' }],
      came: AT_90,
      after: [HOT, BELOW],
      swap: [],
      thenCame: [[101, 'f/a/x', 1]],
      next: ['101 below a resolved warning normal', '101 hot a resolved warning normal'],
    },
    {
      name: 'goes on where neither rule changed',
      before: [HOT, BELOW, { ...HOT, id: 'third' }],
      came: AT_90,
      after: [HOT, BELOW],
      swap: ['100 third a resolved warning rule removed'],
      thenCame: [
        [101, 'f/b/x', 90],
        [102, 'f/a/x', 1],
      ],
      next: [
        '101 below b firing warning suppressed',
        '101 hot b firing warning',
        '102 below a resolved warning normal',
        '102 hot a resolved warning normal',
      ],
    },
    {
      name: 'marks an alert that a changed rule fires',
      before: [HOT, BELOW],
      came: [[0, 'f/a/x', 70]],
      after: [
        { ...HOT, when: { value: 'x', above: 60 } },
        { ...BELOW, when: { value: 'x', above: 60 } },
      ],
      swap: ['100 below a firing warning suppressed', '100 hot a firing warning'],
    },
  ])('$name', verify);
});
