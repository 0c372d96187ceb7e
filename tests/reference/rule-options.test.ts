// What the keys of a rule do to its alerts, row by row (event-rows.ts says how).
import { describe } from 'vitest';
import { ofA, readings, table } from './event-rows.js';

const x = ofA('x');
const XY = { x: 'f/{m}/x', y: 'f/{m}/y' };

describe('enabled', () => {
  table([{ name: 'false raises nothing', rule: { enabled: false }, given: x([0, 81]), events: [] }]);
});

describe('severities', () => {
  const when = {
    critical: { value: 'x', above: 90, deadband: 5 },
    warning: { value: 'x', above: 80, for: '10s' },
  };
  table([
    {
      name: 'are each judged on their own: with a deadband and a delay of their own',
      rule: { when },
      given: [...x([0, 85], [5, 91], [6, 86]), { until: 10 }, ...x([11, 85], [12, 80])],
      events: [
        '0 a pending warning',
        '5 a firing critical',
        '11 a severity warning was critical',
        '12 a resolved warning normal',
      ],
    },
    {
      name: 'the highest that is true counts, though a lower one is not',
      rule: { when: { critical: { value: 'x', below: 10 }, info: { value: 'x', above: 80 } } },
      given: x([0, 81], [1, 9], [2, 50]),
      events: ['0 a firing info', '1 a severity critical was info', '2 a resolved critical normal'],
    },
    {
      name: 'a plain condition has the severity of the rule',
      rule: { severity: 'info' },
      given: x([0, 81]),
      events: ['0 a firing info'],
    },
  ]);
});

describe('keepFor', () => {
  const keepFor = '30s';
  table([
    {
      name: 'ends exactly then',
      rule: { keepFor },
      given: [...x([0, 81], [10, 1]), { until: 39.999 }, { until: 40 }],
      events: ['0 a firing warning', '40 a resolved warning normal'],
    },
    {
      name: 'counts what holds as true',
      rule: { keepFor },
      given: [...x([0, 81], [10, 'ON']), { until: 100 }, ...x([101, 1]), { until: 131 }],
      events: ['0 a firing warning', '131 a resolved warning normal'],
    },
    {
      name: 'counts unknown as not true where that resolves',
      rule: { keepFor, onUnknown: 'resolve' },
      given: [...x([0, 81], [10, 'ON']), { until: 39.999 }, { until: 40 }],
      events: ['0 a firing warning', '40 a resolved warning unknown'],
    },
    {
      name: 'goes on at the severity it had last',
      rule: { keepFor, when: { critical: { value: 'x', above: 90 }, info: { value: 'x', above: 80 } } },
      given: [...x([0, 91], [10, 1], [20, 81], [30, 1]), { until: 60 }],
      events: ['0 a firing critical', '20 a severity info was critical', '60 a resolved info normal'],
    },
    {
      name: 'comes before the latch',
      rule: { keepFor, latch: true },
      given: [...x([0, 81], [10, 1]), { reset: { m: 'a' } }, { until: 40 }, { reset: { m: 'a' } }],
      events: ['0 a firing warning', 'refused', '40 a cleared warning normal', '40 a resolved warning reset'],
    },
  ]);
});

describe('latch', () => {
  const latch = true;
  table([
    {
      name: 'is not reset while the condition is true',
      rule: { latch },
      given: [...x([0, 81]), { reset: { m: 'a' } }, ...x([1, 80]), { reset: { m: 'a' } }],
      events: ['0 a firing warning', 'refused', '1 a cleared warning normal', '1 a resolved warning reset'],
    },
    {
      name: 'is not reset twice',
      rule: { latch },
      given: [...x([0, 81], [1, 80]), { reset: { m: 'a' } }, { reset: { m: 'a' } }],
      events: ['0 a firing warning', '1 a cleared warning normal', '1 a resolved warning reset', 'refused'],
    },
    {
      name: 'fires on without an event where the condition is true again, and clears again',
      rule: { latch },
      given: x([0, 81], [1, 80], [2, 81], [3, 80]),
      events: ['0 a firing warning', '1 a cleared warning normal', '3 a cleared warning normal'],
    },
    {
      name: 'is of the labels of a command',
      rule: { latch },
      given: [...x([0, 81], [1, 80]), { reset: { m: 'b' } }, { reset: {} }],
      events: ['0 a firing warning', '1 a cleared warning normal', 'refused', 'refused'],
    },
    {
      name: 'stays through a schedule that ends',
      rule: { latch, active: { to: '00:01' } },
      given: [...x([0, 81]), { until: 60 }, ...x([61, 81], [62, 80]), { reset: { m: 'a' } }],
      events: ['0 a firing warning', '60 a cleared warning inactive', '62 a resolved warning reset'],
    },
  ]);
});

describe('onUnknown', () => {
  const any = {
    any: [
      { value: 'x', above: 80 },
      { value: 'y', above: 80 },
    ],
  };
  const all = {
    all: [
      { value: 'x', above: 80 },
      { value: 'y', above: 80 },
    ],
  };
  const y = (at: number, value: number | string) => readings('f/a/y', [at, value]);
  table([
    {
      name: 'hold takes what was never known as false',
      rule: { inputs: XY, when: any },
      given: x([0, 81], [1, 80]),
      events: ['0 a firing warning', '1 a resolved warning unknown'],
    },
    {
      name: 'hold takes what is unknown as it was last known',
      rule: { inputs: XY, when: any },
      given: [...y(0, 81), ...x([0, 81]), ...y(1, 'ON'), ...x([2, 80]), ...y(3, 80)],
      events: ['0 a firing warning', '3 a resolved warning normal'],
    },
    {
      name: 'hold keeps a false that was known last',
      rule: { inputs: XY, when: any },
      given: [...y(0, 80), ...x([0, 81]), ...y(1, 'ON'), ...x([2, 80])],
      events: ['0 a firing warning', '2 a resolved warning unknown'],
    },
    {
      name: 'a false beside an unknown is no unknown',
      rule: { inputs: XY, when: all },
      given: [...y(0, 81), ...x([0, 81]), ...y(1, 'ON'), ...x([2, 80])],
      events: ['0 a firing warning', '2 a resolved warning normal'],
    },
    {
      name: 'an unknown starts no alert, whatever it was',
      rule: { inputs: XY, when: all },
      given: [...y(0, 81), ...y(1, 'ON'), ...x([2, 81])],
      events: [],
    },
    {
      name: 'hold keeps a delay that is over',
      rule: { when: { value: 'x', above: 80, for: '10s' } },
      given: [...x([0, 81]), { until: 10 }, ...x([11, 'ON'], [12, 81], [13, 80])],
      events: ['0 a pending warning', '10 a firing warning', '13 a resolved warning normal'],
    },
    {
      name: 'resolve ends it, to begin anew',
      rule: { onUnknown: 'resolve' },
      given: x([0, 81], [1, 'ON'], [2, 81]),
      events: ['0 a firing warning', '1 a resolved warning unknown', '2 a firing warning'],
    },
    {
      name: 'hold keeps the severity that the alert had',
      rule: { when: { critical: { value: 'x', above: 90 }, warning: { value: 'x', above: 80 } } },
      given: x([0, 91], [1, 'ON'], [2, 81]),
      events: ['0 a firing critical', '2 a severity warning was critical'],
    },
  ]);
});

describe('forgetAfter', () => {
  const forgetAfter = '30s';
  table([
    {
      name: 'ends an instance silent for so long, exactly then',
      rule: { forgetAfter, when: { value: 'x', above: 80, for: '1m' } },
      given: [...x([0, 81]), { until: 29.999 }, { until: 30 }],
      events: ['0 a pending warning', '30 a cleared warning pending'],
    },
    {
      name: 'counts from the arrival of a late reading too',
      rule: { forgetAfter, when: { value: 'x', above: 80, for: '1m' } },
      given: [...x([0, 81]), [20, 'f/a/x', 1, { own: -5 }], { until: 49.999 }, { until: 50 }],
      events: ['0 a pending warning', '50 a cleared warning pending'],
    },
    {
      name: 'ends no alert that fires',
      rule: { forgetAfter },
      given: [...x([0, 81]), { until: 1000 }, ...x([1001, 80])],
      events: ['0 a firing warning', '1001 a resolved warning normal'],
    },
    {
      name: 'ends an instance when its alert resolves, if it was silent for so long',
      rule: {
        forgetAfter,
        latch: true,
        inputs: { x: { topic: 'f/{m}/x', maxAge: '10s' } },
        onUnknown: 'resolve',
      },
      given: [...x([0, 81]), { until: 40 }, { reset: { m: 'a' } }, { forget: { m: 'a' } }],
      events: [
        '0 a firing warning',
        '10 a cleared warning unknown',
        '40 a resolved warning reset',
        'refused',
      ],
    },
  ]);
});

describe('maxInstances', () => {
  const rule = { maxInstances: 2 };
  const of = (m: string, at: number, value: number) => readings(`f/${m}/x`, [at, value]);
  table([
    {
      name: 'the inactive instance that was silent for longest makes room',
      rule: { maxInstances: 2, when: { value: 'x', above: 80, for: '10s' } },
      given: [...of('a', 0, 81), ...of('b', 1, 81), ...of('a', 2, 81), ...of('c', 3, 81)],
      events: [
        '0 a pending warning',
        '1 b pending warning',
        '3 b cleared warning pending',
        '3 c pending warning',
      ],
    },
    {
      name: 'one that fires does not',
      rule,
      given: [...of('a', 0, 81), ...of('b', 1, 1), ...of('c', 2, 81), ...of('b', 3, 81), ...of('a', 4, 1)],
      events: ['0 a firing warning', '2 c firing warning', '4 a resolved warning normal'],
    },
    {
      name: 'a new one is refused where all fire',
      rule,
      given: [...of('a', 0, 81), ...of('b', 1, 81), ...of('c', 2, 81), ...of('a', 3, 1), ...of('c', 4, 81)],
      events: [
        '0 a firing warning',
        '1 b firing warning',
        '3 a resolved warning normal',
        '4 c firing warning',
      ],
    },
  ]);
});
