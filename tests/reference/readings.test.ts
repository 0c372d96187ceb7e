// What a message gives and whom it reaches, row by row (event-rows.ts says how).
import { describe } from 'vitest';
import type { JsonValue } from '../../rules/reading.js';
import { type Given, readings, table } from './event-rows.js';

const known = { not: 'isKnown(x)' };

describe('a topic pattern', () => {
  const reads = (pattern: string, topic: string, events: string[]) => ({
    name: `${pattern} ${events.length > 0 ? 'takes' : 'leaves'} ${JSON.stringify(topic)}`,
    rule: { inputs: { x: pattern } },
    given: readings(topic, [0, 81]),
    events,
  });
  table([
    reads('f/{m}/x', 'f//x', ['0  firing warning']),
    reads('f/{m}/x', 'f/a/b/x', []),
    reads('f/{m}/x', 'f/a', []),
    reads('f/{m}/#', 'f/a', ['0 a firing warning']),
    reads('f/{m}/#', 'f/a/b/c', ['0 a firing warning']),
    reads('f/{m}/#', 'f', []),
    reads('f/{m}/+', 'f/a/', ['0 a firing warning']),
    reads('f/{m}/+', 'f/a', []),
    reads('{m}/x', '$a/x', []),
    reads('+/{m}', '$a/x', []),
    reads('#', '$a', []),
    reads('$a/{m}', '$a/x', ['0 x firing warning']),
    reads('f/{m}', 'f/$x', ['0 $x firing warning']),
    reads('#', 'f/a', ['0 firing warning']),
    reads('f/{m}/x', 'F/a/x', []),
  ]);
});

describe('a payload', () => {
  const gives = (name: string, field: string, payload: JsonValue, events: string[]) => ({
    name: `gives ${name}`,
    rule: { inputs: { x: { topic: 'f/{m}', field } } },
    given: readings('f/a', [0, payload]),
    events,
  });
  const fires = ['0 a firing warning'];
  table([
    gives('a number the field `value`', 'value', 81, fires),
    gives('a number no other field', 'x', 81, []),
    gives('an object its leaves', 'value', { value: 81 }, fires),
    gives('a leaf with a dotted name', 'motor.temp', { motor: { temp: 81 } }, fires),
    gives('a leaf of a list', 'axes.1', { axes: [1, 81] }, fires),
    gives('a leaf of a list at the top', '1', [1, 81], fires),
    gives('a leaf whose own name has a dot', 'a.b', { 'a.b': 81 }, fires),
    gives('the last of two leaves with one name', 'a.b', { a: { b: 1 }, 'a.b': 81 }, fires),
    gives('the last, also where that is the nested one', 'a.b', { 'a.b': 1, a: { b: 81 } }, fires),
    gives('nothing where the last is null', 'a.b', { a: { b: 81 }, 'a.b': null }, []),
    gives('no branch as a field', 'a', { a: { b: 81 } }, []),
    gives('a text no number', 'value', '81', []),
    gives('the largest whole number', 'value', 2 ** 53, fires),
    gives('no larger one', 'value', 2 ** 53 + 2, []),
    gives('no infinite one', 'value', Number.POSITIVE_INFINITY, []),
    gives('a boolean no number to compare', 'value', true, []),
  ]);
});

describe('a series', () => {
  const rows = (name: string, values: JsonValue[], events: string[], rule = {}) => ({
    name,
    rule,
    given: values.map((value, second): Given => [second, 'f/a/x', value]),
    events,
  });
  table([
    rows(
      'of numbers takes a boolean as 1 or 0',
      [5, true, false],
      ['1 a firing warning', '2 a resolved warning normal'],
      { when: { value: 'x', equals: 1 } },
    ),
    rows(
      'is unknown from the first value of another kind on, until one of its own',
      [1, 'a', 2],
      ['1 a firing warning', '2 a resolved warning normal'],
      { when: known },
    ),
    rows('does not change its kind by two in a row', [1, 'a', 'b', 81], ['3 a firing warning']),
    rows('changes its kind by the third', [1, 'a', 'b', 'c'], ['3 a firing warning'], {
      when: { value: 'x', equals: 'c' },
    }),
    rows('counts only those in a row', [1, 'a', 'b', 2, 'c', 'd'], [], {
      when: { value: 'x', in: ['c', 'd'] },
    }),
    rows('counts those of one kind', ['a', 1, 2, true, 3, 81], [], {}),
    rows('of texts changes by three of one kind after others', ['a', true, 1, 2, 81], ['4 a firing warning']),
    rows('of booleans takes no number', [true, 81, 82], []),
    rows('gives no reading of another kind', [1, 'a', 'b'], [], { when: { count: 'x', over: 5, above: 1 } }),
    rows(
      'begins anew with its kind',
      [1, 2, 'a', 'b', 'c'],
      ['0 a firing warning', '1 a severity info was warning', '4 a severity warning was info'],
      {
        when: { warning: { count: 'x', over: 9, equals: 1 }, info: 'true' },
      },
    ),
    rows('keeps `previous` while it is unknown', [81, 5, 'a'], ['1 a firing warning'], {
      when: { previous: 'x', above: 80 },
    }),
    rows('is no change for a value of another kind', [1, 1, 'a', 1], [], { when: { changed: 'x' } }),
  ]);
});

describe('a retained message', () => {
  const stored = (second: number, value: JsonValue): Given => [second, 'f/a/x', value, { retain: true }];
  table([
    { name: 'begins an instance', rule: {}, given: [stored(0, 81)], events: ['0 a firing warning'] },
    {
      name: 'is replaced by another',
      rule: {},
      given: [stored(0, 81), stored(1, 1)],
      events: ['0 a firing warning', '1 a resolved warning normal'],
    },
    {
      name: 'is ignored once there is a reading',
      rule: {},
      given: [...readings('f/a/x', [0, 1]), stored(1, 81)],
      events: [],
    },
    {
      name: 'enters no window',
      rule: { when: { count: 'x', over: '10s', above: 0 } },
      given: [stored(0, 1), ...readings('f/a/x', [1, 1])],
      events: ['1 a firing warning'],
    },
    {
      name: 'is no change, nor what one changes from',
      rule: { when: { changed: 'x' } },
      given: [stored(0, 1), stored(1, 2), ...readings('f/a/x', [2, 3], [3, 4])],
      events: ['3 a firing warning'],
    },
    {
      name: 'does not count for absence',
      rule: { when: { absent: 'x', for: '10s' } },
      given: [stored(0, 1), stored(5, 2), { until: 9.999 }, { until: 10 }, stored(11, 3)],
      events: ['10 a firing warning'],
    },
    {
      name: 'is as old as its arrival',
      rule: { inputs: { x: { topic: 'f/{m}/x', maxAge: '10s' } }, onUnknown: 'resolve' },
      given: [stored(0, 81), { until: 9.999 }, { until: 10 }],
      events: ['0 a firing warning', '10 a resolved warning unknown'],
    },
    {
      name: 'sets no kind',
      rule: {},
      given: [stored(0, 'ON'), ...readings('f/a/x', [1, 81])],
      events: ['1 a firing warning'],
    },
  ]);
});

describe('maxAge', () => {
  const inputs = { x: { topic: 'f/{m}/x', maxAge: '10s' } };
  table([
    {
      name: 'counts from the arrival of the newest reading',
      rule: { inputs, onUnknown: 'resolve' },
      given: [[5, 'f/a/x', 81, { own: 0 }], { until: 14.999 }, { until: 15 }],
      events: ['5 a firing warning', '15 a resolved warning unknown'],
    },
    {
      name: 'does not count from a late one',
      rule: { inputs, onUnknown: 'resolve' },
      given: [...readings('f/a/x', [0, 81]), [5, 'f/a/x', 1, { own: -1 }], { until: 10 }],
      events: ['0 a firing warning', '10 a resolved warning unknown'],
    },
    {
      name: 'does not concern windows',
      rule: { inputs, when: { count: 'x', over: '20s', above: 0 } },
      given: [...readings('f/a/x', [0, 81]), { until: 19.999 }, { until: 20 }],
      events: ['0 a firing warning', '20 a resolved warning normal'],
    },
    {
      name: 'leaves a series out of `across`',
      rule: {
        inputs: { x: { topic: 'f/{m}/{p}', maxAge: '10s' } },
        groupBy: ['m'],
        when: { sum: 'x', across: 'p', above: 80 },
      },
      given: [...readings('f/a/1', [0, 80]), ...readings('f/a/2', [5, 1]), { until: 9.999 }, { until: 10 }],
      events: ['5 a firing warning', '10 a resolved warning normal'],
    },
    {
      name: 'leaves nothing: a sum and a count of 0',
      rule: {
        inputs: { x: { topic: 'f/{m}/{p}', maxAge: '10s' } },
        groupBy: ['m'],
        let: { n: { count: 'x', across: 'p' }, s: { sum: 'x', across: 'p' }, top: { max: 'x', across: 'p' } },
        when: 'n + s == 0 && !isKnown(top)',
      },
      given: [...readings('f/a/1', [0, 80]), { until: 10 }],
      events: ['10 a firing warning'],
    },
  ]);
});

describe('an instance', () => {
  const shared = { x: 'f/{m}/x', amb: 'amb' };
  table([
    {
      name: 'begins with an input that captures all of its labels, not with a shared one',
      rule: { inputs: shared, when: { value: 'amb', above: 80 } },
      given: [...readings('amb', [0, 81]), ...readings('f/a/x', [1, 0])],
      events: ['1 a firing warning'],
    },
    {
      name: 'begins with any input where it has no labels',
      rule: { inputs: shared, groupBy: [], when: { value: 'amb', above: 80 } },
      given: readings('amb', [0, 81]),
      events: ['0 firing warning'],
    },
    {
      name: 'begins its conditions: a delay counts from there, and what is true has risen',
      rule: {
        inputs: shared,
        when: {
          critical: { value: 'amb', above: 80, for: '10s' },
          info: { value: 'amb', above: 80, times: 1, within: '5s' },
        },
      },
      given: [...readings('amb', [0, 81]), ...readings('f/a/x', [7, 0]), { until: 20 }],
      events: [
        '7 a firing info',
        '12 a resolved info normal',
        '12 a pending critical',
        '17 a firing critical',
      ],
    },
    {
      name: 'sees what windows of a shared input had before',
      rule: { inputs: shared, when: { count: 'amb', over: '10s', atLeast: 2 } },
      given: [...readings('amb', [0, 1], [5, 1]), ...readings('f/a/x', [9, 0]), { until: 10 }],
      events: ['9 a firing warning', '10 a resolved warning normal'],
    },
    {
      name: 'goes with the shared input of its own line',
      rule: { inputs: { x: 'f/{l}/{m}', amb: 'amb/{l}' }, when: { value: 'amb', above: 80 } },
      given: [...readings('f/1/a', [0, 0]), ...readings('f/2/a', [0, 0]), ...readings('amb/2', [1, 81])],
      events: ['1 2 a firing warning'],
    },
    {
      name: 'begins with no value that was rejected',
      rule: { when: { absent: 'x', for: '10s' } },
      given: [...readings('f/a/x', [0, null]), { until: 100 }],
      events: [],
    },
    {
      name: 'that was forgotten begins again, on series that are as they were',
      rule: { when: { count: 'x', over: '1m', atLeast: 2 } },
      given: [...readings('f/a/x', [0, 0]), { forget: { m: 'a' } }, ...readings('f/a/x', [1, 0])],
      events: ['1 a firing warning'],
    },
    {
      name: 'has of a pool the value of the series with the newest reading, and unknown while that is',
      rule: { inputs: { x: 'f/{m}/{p}' }, groupBy: ['m'], onUnknown: 'resolve' },
      given: [
        ...readings('f/a/1', [0, 81]),
        ...readings('f/a/2', [1, 82]),
        ...readings('f/a/2', [2, 'a']),
        ...readings('f/a/1', [3, 83]),
      ],
      events: ['0 a firing warning', '2 a resolved warning unknown', '3 a firing warning'],
    },
  ]);
});
