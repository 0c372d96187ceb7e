// When patterns of rises are true, row by row (event-rows.ts says how).
import { describe } from 'vitest';
import { ofA, table } from './event-rows.js';

const XY = { x: 'f/{m}/x', y: 'f/{m}/y' };
const x = ofA('x');
const y = ofA('y');
const z = ofA('z');

describe('a sequence', () => {
  const sequence = { sequence: ['x > 0', 'y > 0'], within: '10s' };
  const both = { ...sequence, unless: 'z > 0' };
  const inputs = { ...XY, z: 'f/{m}/z' };
  table([
    {
      name: 'ends less than its length after its first rise',
      rule: { inputs: XY, when: sequence },
      given: [...x([0, 1]), ...y([9.999, 1], [20, 0])],
      events: ['9.999 a firing warning', '20 a resolved warning normal'],
    },
    {
      name: 'does not end so long after it',
      rule: { inputs: XY, when: sequence },
      given: [...x([0, 1]), ...y([10, 1])],
      events: [],
    },
    {
      name: 'has no two rises in one instant',
      rule: { inputs: XY, when: sequence },
      given: [...x([0, 1]), ...y([0, 1])],
      events: [],
    },
    {
      name: 'is one of rises: what is true already is none',
      rule: { inputs: XY, when: sequence },
      given: [...y([0, 1]), ...x([1, 1]), ...y([2, 2])],
      events: [],
    },
    {
      name: 'takes the newest chain',
      rule: { inputs: XY, when: sequence },
      given: [...x([0, 1], [5, 0], [6, 1]), ...y([15, 1])],
      events: ['15 a firing warning'],
    },
    {
      name: 'is not where `unless` is true on the way',
      rule: { inputs, when: both },
      given: [...x([0, 1]), ...z([1, 1], [2, 0]), ...y([3, 1])],
      events: [],
    },
    {
      name: 'is where it was true before the first step',
      rule: { inputs, when: both },
      given: [...z([0, 1], [1, 0]), ...x([2, 1]), ...y([3, 1])],
      events: ['3 a firing warning'],
    },
    {
      name: 'stays true when `unless` is true after its end',
      rule: { inputs, when: both },
      given: [...x([0, 1]), ...y([1, 1]), ...z([2, 1]), ...y([3, 0])],
      events: ['1 a firing warning', '3 a resolved warning normal'],
    },
    {
      name: 'ends when its last condition is unknown: it is not true any more',
      rule: { inputs: XY, when: sequence },
      given: [...x([0, 1]), ...y([1, 1]), ...y([2, 'a'])],
      events: ['1 a firing warning', '2 a resolved warning normal'],
    },
  ]);
});

describe('after', () => {
  const when = { after: 'x > 0', expect: 'y > 0', within: '10s' };
  const rule = { inputs: XY, when };
  table([
    {
      name: 'is content with what comes in time',
      rule,
      given: [...x([0, 1]), ...y([9.999, 1], [10.5, 0]), { until: 99 }],
      events: [],
    },
    {
      name: 'is true at the end, until it comes',
      rule,
      given: [...x([0, 1]), { until: 9.999 }, { until: 10 }, ...y([12, 1])],
      events: ['10 a firing warning', '12 a resolved warning normal'],
    },
    {
      name: 'is content with what is true at the rise',
      rule,
      given: [...y([0, 1]), ...x([1, 1]), ...y([2, 0]), { until: 99 }],
      events: [],
    },
    {
      name: 'waits for one rise at a time',
      rule,
      given: [...x([0, 1], [5, 0], [6, 1]), { until: 10 }, ...y([11, 1], [12, 0]), { until: 99 }],
      events: ['10 a firing warning', '11 a resolved warning normal'],
    },
    {
      name: 'waits again for a rise after it was content',
      rule,
      given: [...x([0, 1]), ...y([1, 1], [2, 0]), ...x([3, 0], [4, 1]), { until: 13.999 }, { until: 14 }],
      events: ['14 a firing warning'],
    },
    {
      name: 'waits for what is unknown too',
      rule,
      given: [...x([0, 1]), ...y([1, 'a']), { until: 10 }],
      events: ['10 a firing warning'],
    },
  ]);
});
