// Times, steps and clocks, row by row (event-rows.ts says how).
import { describe } from 'vitest';
import { ofA, readings, table } from './event-rows.js';

const XY = { x: 'f/{m}/x', y: 'f/{m}/y' };
const x = ofA('x');
const y = ofA('y');

describe('own times', () => {
  const inWindow = { when: { count: 'x', over: '10s', above: 0 } };
  table([
    {
      name: 'are what windows go by',
      rule: inWindow,
      given: [[5, 'f/a/x', 1, { own: 0 }], { until: 9.999 }, { until: 10 }],
      events: ['5 a firing warning', '10 a resolved warning normal'],
    },
    {
      name: 'are never later than the arrival',
      rule: inWindow,
      given: [[5, 'f/a/x', 1, { own: 100 }], { until: 14.999 }, { until: 15 }],
      events: ['5 a firing warning', '15 a resolved warning normal'],
    },
    {
      name: 'are not what delays go by',
      rule: { when: { all: [{ value: 'x', above: 80, for: '10s' }] } },
      given: [[5, 'f/a/x', 81, { own: 0 }], { until: 14.999 }, { until: 15 }],
      events: ['15 a firing warning'],
    },
    {
      name: 'are whole milliseconds: fractions are cut',
      rule: inWindow,
      given: [[5, 'f/a/x', 1, { own: 0.9999 }], { until: 10.998 }, { until: 10.999 }],
      events: ['5 a firing warning', '10.999 a resolved warning normal'],
    },
    {
      name: 'that are equal leave the later arrival the newer',
      rule: {},
      given: [
        [5, 'f/a/x', 1, { own: 0 }],
        [6, 'f/a/x', 81, { own: 0 }],
      ],
      events: ['6 a firing warning'],
    },
  ]);
});

describe('a late reading', () => {
  table([
    {
      name: 'does not become the value',
      rule: {},
      given: [...x([5, 1]), [6, 'f/a/x', 81, { own: 4.999 }]],
      events: [],
    },
    {
      name: 'touches neither `previous` nor the reading before',
      rule: { when: { previous: 'x', above: 80 } },
      given: [...x([5, 1], [6, 2]), [7, 'f/a/x', 81, { own: 5.5 }], ...x([8, 3])],
      events: [],
    },
    {
      name: 'takes its place in the order of a window',
      rule: { when: { first: 'x', over: '10s', above: 80 } },
      given: [...x([5, 1]), [6, 'f/a/x', 81, { own: 4 }]],
      events: ['6 a firing warning'],
    },
    {
      name: 'gives no reading of a derived signal',
      rule: { when: { count: 'x + 0', over: '1m', above: 1 } },
      given: [...x([5, 1]), [6, 'f/a/x', 2, { own: 4 }], ...x([7, 3])],
      events: ['7 a firing warning'],
    },
    {
      name: 'makes a value known again that one of another kind made unknown',
      rule: { when: 'isKnown(x)' },
      given: [...x([5, 1], [6, 'a']), [7, 'f/a/x', 2, { own: 4 }]],
      events: ['5 a firing warning', '6 a resolved warning normal', '7 a firing warning'],
    },
  ]);
});

describe('events of a step', () => {
  table([
    {
      name: 'are not late a minute after it was measured',
      rule: {},
      given: [[60, 'f/a/x', 81, { own: 0 }]],
      events: ['60 a firing warning'],
    },
    {
      name: 'are late a millisecond more',
      rule: {},
      given: [[60.001, 'f/a/x', 81, { own: 0 }]],
      events: ['60.001 a firing warning late'],
    },
    {
      name: 'of a timer are not late, though it fires before a late message',
      rule: { when: { value: 'x', above: 80, for: '10s' } },
      given: [...x([0, 81]), [100, 'f/a/x', 1, { own: 1 }]],
      events: ['0 a pending warning', '10 a firing warning', '100 a resolved warning normal late'],
    },
  ]);
});

describe('one message', () => {
  const both = { x: { topic: 'f/{m}', field: 'x' }, y: { topic: 'f/{m}', field: 'y' } };
  table([
    {
      name: 'is one step of all its readings',
      rule: { inputs: both, when: 'x > y' },
      given: [...readings('f/a', [0, { x: 1, y: 2 }], [1, { x: 3, y: 4 }], [2, { x: 4, y: 3 }])],
      events: ['2 a firing warning'],
    },
    {
      name: 'gives a derived signal one reading',
      rule: { inputs: both, when: { count: 'x + y', over: 9, above: 1 } },
      given: [...readings('f/a', [0, { x: 1, y: 2 }], [1, { x: 1, y: 2 }])],
      events: ['1 a firing warning'],
    },
    {
      name: 'of two gives it two: it is known from the second on',
      rule: { inputs: XY, when: { count: 'x + y', over: 9, above: 1 } },
      given: [...x([0, 1]), ...y([1, 1]), ...x([2, 1])],
      events: ['2 a firing warning'],
    },
    {
      name: 'reaches the instances of several rules, in the order of their ids',
      rule: [{ id: 'b' }, { id: 'a-1' }, { id: 'a' }],
      given: x([0, 81]),
      events: ['0 a a firing warning', '0 a-1 a firing warning', '0 b a firing warning'],
    },
    {
      name: 'reaches instances in the order of their labels, by code point',
      rule: { inputs: { x: 'f/{m}/x', all: 'all' }, when: { value: 'all', above: 80 } },
      given: [
        ...['b', 'B', 'a', 'ä', '10', '9'].flatMap((m) => readings(`f/${m}/x`, [0, 0])),
        ...readings('all', [1, 81]),
      ],
      events: ['10', '9', 'B', 'a', 'b', 'ä'].map((m) => `1 ${m} firing warning`),
    },
  ]);
});

describe('timers', () => {
  table([
    {
      name: 'fire at their own times before a message, and see nothing of it',
      rule: { when: { value: 'x', above: 80, for: '10s' } },
      given: x([0, 81], [100, 1]),
      events: ['0 a pending warning', '10 a firing warning', '100 a resolved warning normal'],
    },
    {
      name: 'of one instant are one step of an instance: a condition sees all of them',
      rule: {
        when: {
          all: [
            { count: 'x', over: '10s', equals: 0 },
            { not: { count: 'x', over: 10, where: { above: 5 }, above: 0 } },
            { absent: 'x', for: '10s' },
          ],
        },
      },
      given: [...x([0, 1]), { until: 10 }],
      events: ['10 a firing warning'],
    },
    {
      name: 'do not fire for a time that is past',
      rule: { when: { value: 'x', above: 80, for: '10s' } },
      given: [...x([20, 81]), { until: 10 }, { until: 29.999 }, { until: 30 }],
      events: ['20 a pending warning', '30 a firing warning'],
    },
  ]);
});

describe('derived signals', () => {
  table([
    {
      name: 'give no reading while they are unknown',
      rule: { inputs: XY, when: { count: 'x / y', over: 9, above: 1 } },
      given: [...x([0, 1]), ...y([1, 1], [2, 0], [3, 2])],
      events: ['3 a firing warning'],
    },
    {
      name: 'of an aligned window give one each time that it yields a value',
      rule: {
        let: { per: { count: 'x', every: '10s' } },
        when: { count: 'per', over: '1m', atLeast: 2 },
      },
      given: [...x([5, 1]), { until: 19.999 }, { until: 20 }],
      events: ['20 a firing warning'],
    },
    {
      name: 'of a session give one when it closes',
      rule: {
        let: { burst: { count: 'x', session: '10s' } },
        when: { count: 'burst', over: '1m', atLeast: 1 },
      },
      given: [...x([5, 1], [10, 1]), { until: 19.999 }, { until: 20 }],
      events: ['20 a firing warning'],
    },
    {
      name: 'of what time takes out of a window give none',
      rule: {
        let: { few: { count: 'x', over: '10s' } },
        when: { count: 'few', over: '1m', atLeast: 2 },
      },
      given: [...x([5, 1]), { until: 60 }, ...x([60, 1])],
      events: ['60 a firing warning'],
    },
    {
      name: 'have readings of the time of the step',
      rule: { when: { count: 'x + 0', over: '10s', above: 0 } },
      given: [[5, 'f/a/x', 1, { own: 0 }], { until: 14.999 }, { until: 15 }],
      events: ['5 a firing warning', '15 a resolved warning normal'],
    },
    {
      name: 'that only name an input are that input',
      rule: { let: { same: 'x' }, when: { count: 'same', over: '10s', above: 0 } },
      given: [[5, 'f/a/x', 1, { own: 0 }], { until: 9.999 }, { until: 10 }],
      events: ['5 a firing warning', '10 a resolved warning normal'],
    },
  ]);
});

describe('the wall clock', () => {
  table([
    {
      name: 'moves no delay, and prints the time that it shows',
      rule: { when: { value: 'x', above: 80, for: '10s' } },
      given: [...x([0, 81]), { offset: 3600 }, { until: 9.999 }, { until: 10 }],
      events: ['0 a pending warning', '3610 a firing warning'],
    },
    {
      name: 'moves schedules',
      rule: { active: { from: '01:00' } },
      given: [...x([0, 81]), { offset: 3599 }, { until: 0.999 }, { until: 1 }],
      events: ['3600 a firing warning'],
    },
    {
      name: 'moves boundaries: those that it jumps over close at once',
      rule: { when: { count: 'x', every: '1h', atLeast: 0 } },
      given: [...x([0, 81]), { offset: 3599.5 }, { offset: 3600 }],
      events: ['3600 a firing warning'],
    },
  ]);
});
