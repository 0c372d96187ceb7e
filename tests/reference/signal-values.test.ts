// Statistics and lines, row by row, worked out by hand (signal-value-rows.ts says how).
import { describe } from 'vitest';
import { type Came, table } from './signal-value-rows.js';

const COUNT: Came[] = [
  [0, 1],
  [1, 2],
  [2, 4],
  [3, 8],
];

describe('statistics', () => {
  table([
    { name: 'a median of an even number', signal: { median: 'x', over: 4 }, x: COUNT, at: 3, value: 3 },
    { name: 'a percentile between ranks', signal: { p25: 'x', over: 4 }, x: COUNT, at: 3, value: 1.75 },
    { name: 'a high percentile', signal: { 'p99.9': 'x', over: 4 }, x: COUNT, at: 3, value: 7.988 },
    { name: 'a percentile of one', signal: { p90: 'x', over: 1 }, x: COUNT, at: 3, value: 8 },
    { name: 'a root mean square', signal: { rms: 'x', over: 2 }, x: COUNT, at: 3, value: 40 ** 0.5 },
    { name: 'a median deviation', signal: { mad: 'x', over: 4 }, x: COUNT, at: 3, value: 1.5 },
    { name: 'a population variance', signal: { variance: 'x', over: 2 }, x: COUNT, at: 3, value: 4 },
    { name: 'a score against the others', signal: { zscore: 'x', over: 3 }, x: COUNT, at: 3, value: 5 },
    {
      name: 'no score against one other',
      signal: { zscore: 'x', over: 2 },
      x: COUNT,
      at: 3,
      value: null,
    },
    {
      name: 'no score against others all equal',
      signal: { zscore: 'x', over: 3 },
      x: [
        [0, 1],
        [1, 1],
        [2, 4],
      ],
      at: 2,
      value: null,
    },
    {
      name: 'distinct values of texts',
      signal: { distinct: 'x', over: 9 },
      x: [
        [0, 'a'],
        [1, 'b'],
        [2, 'a'],
      ],
      at: 2,
      value: 2,
    },
    {
      name: 'a mean that halves its distance in each half-life',
      signal: { ewma: 'x', halfLife: '10s' },
      x: [
        [0, 0],
        [10, 8],
        [30, 8],
      ],
      at: 30,
      value: 7,
    },
    { name: 'nothing numeric of texts', signal: { max: 'x', over: 9 }, x: [[0, 'a']], at: 0, value: null },
    { name: 'nothing of nothing', signal: { max: 'x', over: '10s' }, x: [[0, 1]], at: 10, value: null },
    { name: 'a sum of nothing', signal: { sum: 'x', over: '10s' }, x: [[0, 1]], at: 10, value: 0 },
  ]);
});

describe('lines', () => {
  const rising: Came[] = [
    [0, 0],
    [10, 10],
  ];
  table([
    { name: 'a slope a minute', signal: { slope: 'x', over: '1m', per: '1m' }, x: rising, at: 15, value: 60 },
    {
      name: 'no slope at one time',
      signal: { slope: 'x', over: '1m' },
      x: [
        [5, 1],
        [5, 2],
      ],
      at: 5,
      value: null,
    },
    {
      name: 'a prediction from the last reading, held in between',
      signal: { predict: 'x', over: '1m', ahead: '5s' },
      x: rising,
      at: 20,
      value: 15,
    },
    {
      name: 'a prediction anew when a reading leaves',
      signal: { predict: 'x', over: '20s', ahead: '5s' },
      x: [...rising, [15, 15]],
      at: 20,
      value: 25,
    },
    {
      name: 'the time to a limit from below',
      signal: { timeTo: 'x', over: '1m', limit: 30 },
      x: rising,
      at: 10,
      value: 20,
    },
    { name: 'none at it', signal: { timeTo: 'x', over: '1m', limit: 10 }, x: rising, at: 10, value: 0 },
    {
      name: 'unknown when it moves away',
      signal: { timeTo: 'x', over: '1m', limit: 5, from: 'above' },
      x: rising,
      at: 10,
      value: null,
    },
    {
      name: 'unknown when it is flat',
      signal: { timeTo: 'x', over: '1m', limit: 5 },
      x: [
        [0, 1],
        [10, 1],
      ],
      at: 10,
      value: null,
    },
  ]);
});
