// What may stand beside a window, what empty windows give, and boundaries by local time (signal-value-rows.ts says how).
import { describe } from 'vitest';
import { type Came, table } from './signal-value-rows.js';

const NUMBERS: Came[] = [
  [0, 4],
  [1, 8],
  [2, 6],
];

describe('minCount', () => {
  table([
    {
      name: 'is unknown below',
      signal: { avg: 'x', over: '10s', minCount: 3 },
      x: NUMBERS.slice(1),
      at: 5,
      value: null,
    },
    { name: 'is known at it', signal: { avg: 'x', over: '10s', minCount: 3 }, x: NUMBERS, at: 5, value: 6 },
    {
      name: 'concerns what is 0 of nothing too',
      signal: { count: 'x', over: '10s', minCount: 1 },
      x: NUMBERS,
      at: 12,
      value: null,
    },
    {
      name: 'counts what passes `where`',
      signal: { sum: 'x', over: '10s', minCount: 3, where: { above: 5 } },
      x: NUMBERS,
      at: 5,
      value: null,
    },
    {
      name: 'does not count the reading before the window',
      signal: { increase: 'x', over: '10s', minCount: 2 },
      x: [
        [0, 1],
        [11, 5],
      ],
      at: 11,
      value: null,
    },
  ]);
});

describe('full', () => {
  table([
    { name: 'n readings came', signal: { sum: 'x', over: 3, full: true }, x: NUMBERS, at: 5, value: 18 },
    { name: 'fewer came', signal: { sum: 'x', over: 4, full: true }, x: NUMBERS, at: 5, value: null },
    {
      name: 'by readings that came, not those that pass',
      signal: { count: 'x', over: 3, full: true, where: { above: 5 } },
      x: NUMBERS,
      at: 5,
      value: 2,
    },
    {
      name: 'by the own time of the first reading',
      signal: { sum: 'x', over: '10s', full: true },
      x: [[5, 1, 0]],
      at: 10,
      value: 0,
    },
    {
      name: 'a millisecond before',
      signal: { sum: 'x', over: '10s', full: true },
      x: [[5, 1, 0]],
      at: 9.999,
      value: null,
    },
  ]);
});

describe('where', () => {
  table([
    {
      name: 'lets pass what is',
      signal: { sum: 'x', over: '10s', where: { above: 4 } },
      x: NUMBERS,
      at: 5,
      value: 14,
    },
    {
      name: 'lets pass what all of several let pass',
      signal: { sum: 'x', over: '10s', where: { above: 4, below: 8 } },
      x: NUMBERS,
      at: 5,
      value: 6,
    },
    {
      name: 'hides the newest reading from `last`',
      signal: { last: 'x', over: '10s', where: { above: 6 } },
      x: NUMBERS,
      at: 5,
      value: 8,
    },
    {
      name: 'hides a reading from the one before the window',
      signal: { increase: 'x', over: '10s', where: { above: 4 } },
      x: [
        [0, 5],
        [1, 1],
        [12, 9],
      ],
      at: 12,
      value: 4,
    },
    {
      name: 'hides a reading from a session',
      signal: { count: 'x', session: '10s', where: { above: 4 } },
      x: [
        [0, 5],
        [5, 1],
      ],
      at: 10,
      value: 1,
    },
    {
      name: 'lets no value of another kind pass',
      signal: { count: 'x', over: '10s', where: { above: 4 } },
      x: [
        [0, 'a'],
        [1, 'b'],
      ],
      at: 5,
      value: 0,
    },
    {
      name: 'passes over list elements of another kind',
      signal: { count: 'x', over: '10s', where: { in: ['a', 8] } },
      x: NUMBERS,
      at: 5,
      value: 1,
    },
    {
      name: 'takes both ends of a range',
      signal: { count: 'x', over: '10s', where: { between: [4, 6] } },
      x: NUMBERS,
      at: 5,
      value: 2,
    },
    {
      name: 'takes none of them outside',
      signal: { count: 'x', over: '10s', where: { outside: [4, 6] } },
      x: NUMBERS,
      at: 5,
      value: 1,
    },
  ]);
});

describe('of an empty window', () => {
  const zero = ['count', 'sum', 'changes', 'increase', 'integral', 'distinct'];
  const unknown = [
    ...['avg', 'min', 'max', 'range', 'first', 'last', 'delta', 'stddev', 'variance', 'median', 'p95', 'rms'],
    ...['mad', 'zscore', 'rate', 'slope', 'predict', 'timeTo', 'timeAvg', 'duty'],
  ];
  const more: Record<string, object> = { predict: { ahead: '1s' }, timeTo: { limit: 5 } };
  table(
    [...zero, ...unknown].map((name) => ({
      name,
      signal: { [name]: 'x', over: '10s', ...more[name] },
      x: [],
      at: 5,
      value: zero.includes(name) ? 0 : null,
    })),
  );
});

describe('of one reading', () => {
  const worth: Record<string, number | null> = {
    ...{
      count: 1,
      sum: 7,
      avg: 7,
      min: 7,
      max: 7,
      range: 0,
      first: 7,
      last: 7,
      delta: 0,
      stddev: 0,
      variance: 0,
    },
    ...{ median: 7, p1: 7, 'p99.9': 7, rms: 7, mad: 0, zscore: null, increase: 0, rate: null, changes: 0 },
    ...{ distinct: 1, slope: null, predict: null, timeTo: null, timeAvg: 7, integral: 35, duty: 1 },
  };
  const more: Record<string, object> = { predict: { ahead: '1s' }, timeTo: { limit: 5 } };
  table(
    Object.entries(worth).map(([name, value]) => ({
      name,
      signal: { [name]: 'x', over: '10s', ...more[name] },
      x: [[0, 7]] as Came[],
      at: 5,
      value,
    })),
  );
});

describe('of texts and booleans', () => {
  const texts: Came[] = [
    [0, 'a'],
    [1, 'b'],
    [2, 'b'],
  ];
  const booleans: Came[] = [
    [0, true],
    [1, false],
    [2, true],
  ];
  const ofTexts: Record<string, number | string | null> = {
    ...{ count: 3, first: 'a', last: 'b', changes: 1, distinct: 2 },
    ...{
      sum: null,
      avg: null,
      min: null,
      range: null,
      delta: null,
      stddev: null,
      median: null,
      rms: null,
      mad: null,
    },
    ...{ zscore: null, increase: null, rate: null, slope: null, timeAvg: null, integral: null, duty: null },
  };
  const ofBooleans: Record<string, number | boolean> = {
    ...{
      count: 3,
      first: true,
      last: true,
      changes: 2,
      distinct: 2,
      sum: 2,
      min: 0,
      max: 1,
      median: 1,
      avg: 2 / 3,
    },
    ...{ increase: 1, delta: 0, duty: 4 / 5 },
  };
  table([
    ...Object.entries(ofTexts).map(([name, value]) => ({
      name: `${name} of texts`,
      signal: { [name]: 'x', over: '10s' },
      x: texts,
      at: 5,
      value,
    })),
    ...Object.entries(ofBooleans).map(([name, value]) => ({
      name: `${name} of booleans`,
      signal: { [name]: 'x', over: '10s' },
      x: booleans,
      at: 5,
      value,
    })),
  ]);
});

describe('counters', () => {
  table([
    {
      name: 'begin anew where they fall, with the new value',
      signal: { increase: 'x', over: 9 },
      x: [
        [0, 10],
        [1, 15],
        [2, 3],
        [3, 4],
      ],
      at: 3,
      value: 9,
    },
    {
      name: 'that fall below nothing add nothing',
      signal: { increase: 'x', over: 9 },
      x: [
        [0, 10],
        [1, -5],
        [2, -1],
      ],
      at: 2,
      value: 4,
    },
    {
      name: 'a rate goes by the time from the reading before to the last',
      signal: { rate: 'x', over: '10s' },
      x: [
        [0, 10],
        [11, 15],
        [20, 30],
      ],
      at: 20,
      value: 1,
    },
    {
      name: 'a rate per another time',
      signal: { rate: 'x', over: '10s', per: '1m' },
      x: [
        [0, 10],
        [10, 20],
      ],
      at: 10,
      value: 60,
    },
    {
      name: 'no rate without time spanned',
      signal: { rate: 'x', over: '10s' },
      x: [
        [0, 10],
        [0, 20],
      ],
      at: 5,
      value: null,
    },
    {
      name: 'changes from the reading before count',
      signal: { changes: 'x', over: '10s' },
      x: [
        [0, 1],
        [11, 2],
        [12, 2],
        [13, 1],
      ],
      at: 15,
      value: 2,
    },
    {
      name: 'a count window has a reading before it too',
      signal: { increase: 'x', over: 1 },
      x: [
        [0, 1],
        [1, 3],
      ],
      at: 2,
      value: 2,
    },
  ]);
});

describe('boundaries by local time', () => {
  const start = Date.UTC(2026, 0, 1) / 1000;
  /** Midnight in Berlin before its clocks are put forward at 2:00, and back at 3:00. */
  const spring = Date.UTC(2026, 2, 28, 23) / 1000 - start;
  const autumn = Date.UTC(2026, 9, 24, 22) / 1000 - start;
  /** A reading in each hour. */
  const row = (name: string, [midnight, hours]: [number, number], over: object, value: number | null) => {
    const x = Array.from({ length: Math.ceil(hours) }, (_, hour): Came => [midnight + hour * 3600 + 1, 1]);
    const signal = { count: 'x', timezone: 'Europe/Berlin', ...over };
    return { name, signal, x, at: midnight + hours * 3600, value };
  };
  const hours = { every: '2h' };
  const day = { every: '1d' };
  table([
    row('one that the clock skips is left out', [spring, 2], hours, null),
    row('a window is from boundary to boundary, longer where one is left out', [spring, 3], hours, 3),
    row('with a length of its own it is of that', [spring, 3], { ...hours, over: '2h' }, 2),
    row('of one that is shown twice the first closes', [autumn, 2], hours, 2),
    row('the second does not', [autumn, 3], hours, 2),
    row('and the window of the next has all that came since', [autumn, 5], hours, 3),
    row('a day may be over after 23 hours', [spring, 23], day, 23),
    row('not before', [spring, 22.999], day, null),
    row('or after 25', [autumn, 25], day, 25),
    row('and has only what is of it', [spring - 3600, 24], day, 23),
    row('24 hours are 24 hours', [autumn, 25], { ...day, over: '24h' }, 24),
  ]);
});
