// When conditions are true, false and unknown, row by row (event-rows.ts says how).
import { describe } from 'vitest';
import type { JsonValue } from '../../rules/reading.js';
import { type Given, ofA, type Row, readings, table } from './event-rows.js';

const XY = { x: 'f/{m}/x', y: 'f/{m}/y' };
const x = ofA('x');
const y = ofA('y');

/** The seconds in which a condition is true, given a value in each. */
function over(
  name: string,
  condition: JsonValue,
  values: readonly JsonValue[],
  isTrue: readonly boolean[],
): Row {
  const events = isTrue.flatMap((now, second) => {
    if (now === (isTrue[second - 1] ?? false)) return [];
    return [`${second} a ${now ? 'firing warning' : 'resolved warning normal'}`];
  });
  const given = values.map((value, second): Given => [second, 'f/a/x', value]);
  return { name, rule: { when: condition }, given, events };
}

const T = true;
const F = false;

describe('comparators', () => {
  const is = (
    comparator: string,
    operand: JsonValue,
    values: readonly JsonValue[],
    isTrue: readonly boolean[],
  ) =>
    over(`${comparator} ${JSON.stringify(operand)}`, { value: 'x', [comparator]: operand }, values, isTrue);
  table([
    is('above', 80, [80, 80.001, 80], [F, T, F]),
    is('atLeast', 80, [79.999, 80, 79.999], [F, T, F]),
    is('below', 80, [80, 79.999, 80], [F, T, F]),
    is('atMost', 80, [80.001, 80, 80.001], [F, T, F]),
    is('equals', 80, [79, 80, 81], [F, T, F]),
    is('notEquals', 80, [80, 81, 80], [F, T, F]),
    is('in', [1, 2], [3, 1, 0], [F, T, F]),
    is('notIn', [1, 2], [1, 3, 2], [F, T, F]),
    is('between', [1, 2], [0.999, 1, 2, 2.001], [F, T, T, F]),
    is('outside', [1, 2], [1, 0.999, 2, 2.001], [F, T, F, T]),
    is('equals', 'on', ['off', 'on', 'On'], [F, T, F]),
    is('equals', true, [false, true, false], [F, T, F]),
    is('in', ['on', 3], ['off', 'on', 'off'], [F, T, F]),
    is('above', '1m', [60, 61, 60], [F, T, F]),
    is('equals', '1m', [59, 60, 61], [F, T, F]),
    is('equals', '1m', ['60', '1m', '60'], [F, T, F]),
    is('equals', 5, ['5', '5'], [F, F]),
    is('notEquals', 5, ['5', '5'], [F, F]),
    is('notIn', [1, 2], ['1', '5'], [F, F]),
  ]);
});

describe('a deadband', () => {
  const with2 = (
    comparator: string,
    operand: JsonValue,
    values: readonly number[],
    isTrue: readonly boolean[],
  ) => over(comparator, { value: 'x', [comparator]: operand, deadband: 2 }, values, isTrue);
  table([
    with2('above', 80, [80, 81, 78.001, 78, 80], [F, T, T, F, F]),
    with2('atLeast', 80, [79, 80, 78, 77.999, 79], [F, T, T, F, F]),
    with2('below', 80, [80, 79, 81.999, 82, 80], [F, T, T, F, F]),
    with2('atMost', 80, [81, 80, 82, 82.001, 81], [F, T, T, F, F]),
    with2('between', [0, 10], [11, 10, 12, 12.001, 11, 0, -2, -2.001, -1], [F, T, T, F, F, T, T, F, F]),
    with2('outside', [0, 10], [10, 10.001, 8.001, 8, 0, -0.001, 1.999, 2], [F, T, T, F, F, T, T, F]),
    over(
      'is left as it was by an unknown in between',
      { any: [{ value: 'x', above: 80, deadband: 5 }] },
      [81, 'a', 76, 75],
      [T, T, T, F],
    ),
    {
      name: 'does not begin by an unknown in between',
      rule: { when: { value: 'x', above: 80, deadband: 5 } },
      given: x([0, 76], [1, 'a'], [2, 76]),
      events: [],
    },
    {
      name: 'goes with a limit that varies',
      rule: { inputs: XY, when: { value: 'x', above: { value: 'y' }, deadband: 5 } },
      given: [...y([0, 80]), ...x([1, 81]), ...y([2, 85], [3, 86])],
      events: ['1 a firing warning', '3 a resolved warning normal'],
    },
  ]);
});

describe('logic', () => {
  const states: readonly [string, JsonValue][] = [
    ['true', 1],
    ['false', 0],
    ['unknown', 'a'],
  ];
  /** x and y are 0 first, so that both have a kind. */
  const ofTwo = (name: string, when: JsonValue, result: (x: string, y: string) => string): Row[] =>
    states.flatMap(([xState, xValue]) =>
      states.map(([yState, yValue]) => ({
        name: `${name} of ${xState} and ${yState} is ${result(xState, yState)}`,
        rule: {
          inputs: { ...XY, go: 'f/{m}/go' },
          onUnknown: 'resolve',
          when: {
            critical: { all: [when, 'go'] },
            info: { all: [{ not: when }, 'go'] },
          },
        },
        given: [...x([0, 0], [1, xValue]), ...y([2, 0], [3, yValue]), ...ofA('go')([4, true])],
        events:
          result(xState, yState) === 'unknown'
            ? []
            : [`4 a firing ${result(xState, yState) === 'true' ? 'critical' : 'info'}`],
      })),
    );
  const parts = [
    { value: 'x', above: 0 },
    { value: 'y', above: 0 },
  ];
  const count = (wanted: number) => (x: string, y: string) => {
    const trues = [x, y].filter((state) => state === 'true').length;
    const unknowns = [x, y].filter((state) => state === 'unknown').length;
    if (trues >= wanted) return 'true';
    return trues + unknowns >= wanted ? 'unknown' : 'false';
  };
  table([
    ...ofTwo('all', { all: parts }, count(2)),
    ...ofTwo('any', { any: parts }, count(1)),
    ...ofTwo('some 2', { some: 2, of: parts }, count(2)),
    ...ofTwo('&&', 'x > 0 && y > 0', count(2)),
    ...ofTwo('||', 'x > 0 || y > 0', count(1)),
  ]);
  table([
    {
      name: 'nothing is left out: a condition behind a false one has its rises',
      rule: {
        inputs: XY,
        when: {
          all: [
            { value: 'x', above: 0 },
            { value: 'y', above: 0, times: 2, within: '1m' },
          ],
        },
      },
      given: [...x([0, 0]), ...y([1, 1], [2, 0], [3, 1]), ...x([4, 1])],
      events: ['4 a firing warning'],
    },
  ]);
});

describe('a rise', () => {
  const once = { value: 'x', above: 80, times: 2, within: '1m' };
  table([
    over('is none from true over unknown', once, [81, 'a', 81], [F, F, F]),
    over('is one from false over unknown', once, [81, 0, 'a', 81], [F, F, F, T]),
    over(
      'is one where nothing was known before',
      { value: 'x', above: 80, times: 1, within: '1m' },
      [81],
      [T],
    ),
  ]);
});

describe('times', () => {
  table([
    over(
      'counts though it is not true now',
      { value: 'x', above: 80, times: 2, within: '1m' },
      [81, 0, 81, 0],
      [F, F, T, T],
    ),
    {
      name: 'forgets a rise as old as its length',
      rule: { when: { value: 'x', above: 80, times: 1, within: '10s' } },
      given: [...x([0, 81]), { until: 9.999 }, { until: 10 }],
      events: ['0 a firing warning', '10 a resolved warning normal'],
    },
    {
      name: 'is false, not unknown, beside an unknown',
      rule: { when: { not: { value: 'x', above: 80, times: 1, within: '10s' } } },
      given: x([0, 'a']),
      events: ['0 a firing warning'],
    },
    over(
      'wraps a sequence in a list',
      { all: [{ sequence: ['x > 1', 'x > 2'], within: '9s' }], times: 1, within: '1m' },
      [2, 3],
      [F, T],
    ),
  ]);
});

describe('for', () => {
  table([
    {
      name: 'is false, not unknown, before its end',
      rule: { when: { not: { value: 'x', above: 80, for: '10s' } } },
      given: [...x([0, 81]), { until: 9.999 }, { until: 10 }],
      events: ['0 a firing warning', '10 a resolved warning normal'],
    },
    {
      name: 'goes on from the rise, also through several unknowns',
      rule: { when: { all: [{ value: 'x', above: 80, for: '10s' }] } },
      given: [...x([0, 81], [3, 'a'], [4, 'b'], [6, 82]), { until: 10 }],
      events: ['10 a firing warning'],
    },
    {
      name: 'begins anew after a false in the instant of its end, which was before it',
      rule: { when: { all: [{ value: 'x', above: 80, for: '10s' }] } },
      given: [...x([0, 81], [9.999, 80], [10, 81]), { until: 19.999 }, { until: 20 }],
      events: ['20 a firing warning'],
    },
    {
      name: 'comes after times, and before keepFor',
      rule: {
        when: { all: [{ value: 'x', above: 80, times: 1, within: '20s', for: '10s', keepFor: '30s' }] },
      },
      given: [...x([0, 81]), { until: 9.999 }, { until: 10 }, { until: 49.999 }, { until: 50 }],
      events: ['10 a firing warning', '50 a resolved warning normal'],
    },
  ]);
});

describe('keepFor of a condition', () => {
  table([
    {
      name: 'ends so long after it was last true',
      rule: { when: { any: [{ value: 'x', above: 80, keepFor: '10s' }] } },
      given: [...x([0, 81], [5, 0], [14, 81], [15, 0]), { until: 24.999 }, { until: 25 }],
      events: ['0 a firing warning', '25 a resolved warning normal'],
    },
    {
      name: 'is then what the condition is: unknown',
      rule: { onUnknown: 'resolve', when: { any: [{ value: 'x', above: 80, keepFor: '10s' }] } },
      given: [...x([0, 81], [5, 'a']), { until: 14.999 }, { until: 15 }],
      events: ['0 a firing warning', '15 a resolved warning unknown'],
    },
  ]);
});

describe('absent', () => {
  const when = { absent: 'y', for: '10s' };
  table([
    {
      name: 'counts from the beginning of the instance where nothing came',
      rule: { inputs: XY, when },
      given: [...x([5, 0]), { until: 14.999 }, { until: 15 }],
      events: ['15 a firing warning'],
    },
    {
      name: 'counts no value that was rejected, nor one of another kind',
      rule: { when: { absent: 'x', for: '10s' } },
      given: [...x([0, 1], [5, null], [6, 'a']), { until: 9.999 }, { until: 10 }],
      events: ['10 a firing warning'],
    },
    {
      name: 'of what is expected counts from the start',
      rule: { when: { absent: 'x', for: '10s', expected: 'machines' } },
      given: [...readings('f/c/x', [0, 0]), ...x([5, 0]), { until: 10 }, { until: 15 }],
      events: ['10 b firing warning', '10 c firing warning', '15 a firing warning'],
    },
    {
      name: 'of a pool counts from the newest of all series',
      rule: { inputs: { x: 'f/{m}/+' }, when: { absent: 'x', for: '10s' } },
      given: [...readings('f/a/1', [0, 0]), ...readings('f/a/2', [5, 0]), { until: 14.999 }, { until: 15 }],
      events: ['15 a firing warning'],
    },
  ]);
});

describe('changed', () => {
  const when = { changed: 'x' };
  table([
    over('is false with fewer than two, until the next equal one', when, [1, 2, 2], [F, T, F]),
    over('stays with another change', when, [1, 2, 3, 3], [F, T, T, F]),
    {
      name: 'is not of a late reading',
      rule: { when },
      given: [...x([5, 1], [6, 1]), [7, 'f/a/x', 2, { own: 4 }]],
      events: [],
    },
    over('of a signal made of others', { changed: 'x > 1' }, [1, 0, 2, 3], [F, F, T, F]),
  ]);
});

describe('m of n readings', () => {
  table([
    over(
      'counts among the last 5 those that pass',
      { count: 'x', over: 5, where: { above: 80 }, atLeast: 3 },
      [81, 0, 81, 0, 81, 0, 81],
      [F, F, F, F, T, F, T],
    ),
  ]);
});
