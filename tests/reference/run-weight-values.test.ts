// Values weighed by time in the runs of a condition, and that no rounding decides (signal-value-rows.ts says how).
import { describe } from 'vitest';
import { type Came, table } from './signal-value-rows.js';

describe('in a run they', () => {
  const during = { value: 'y', above: 10 };
  const signal = { integral: 'x', during };
  table([
    { name: 'begin with the value that held before', signal, x: [[0, 5]], y: [[10, 20]], at: 13, value: 15 },
    {
      name: 'are that value at first',
      signal: { timeAvg: 'x', during },
      x: [[0, 5]],
      y: [[10, 20]],
      at: 10,
      value: 5,
    },
    {
      name: 'are unknown at first if there was none',
      signal: { timeAvg: 'x', during },
      x: [],
      y: [[10, 20]],
      at: 10,
      value: null,
    },
    {
      name: 'go on with what comes',
      signal,
      x: [
        [0, 5],
        [12, 50],
      ],
      y: [[10, 20]],
      at: 13,
      value: 60,
    },
    { name: 'tick once a second', signal, x: [[0, 5]], y: [[10.25, 20]], at: 12.5, value: 8.75 },
    {
      name: 'stop at the end',
      signal,
      x: [[0, 5]],
      y: [
        [10, 20],
        [12.5, 0],
      ],
      at: 20,
      value: 12.5,
    },
    {
      name: 'leave out the reading that ends it',
      signal: { integral: 'y', during },
      x: [],
      y: [
        [0, 20],
        [10, 5],
      ],
      at: 15,
      value: 200,
    },
    {
      name: 'begin anew with the next',
      signal,
      x: [[0, 5]],
      y: [
        [10, 20],
        [12, 0],
        [20, 30],
      ],
      at: 21,
      value: 5,
    },
    {
      name: 'stand still while the condition is unknown',
      signal,
      x: [[0, 5]],
      y: [
        [10, 20],
        [12, 'a'],
      ],
      at: 15,
      value: 10,
    },
    {
      name: 'do not count that time',
      signal,
      x: [[0, 5]],
      y: [
        [10, 20],
        [12, 'a'],
        [15, 20],
      ],
      at: 16,
      value: 15,
    },
    {
      name: 'go on with the value that came in it',
      signal,
      x: [
        [0, 5],
        [13, 7],
      ],
      y: [
        [10, 20],
        [12, 'a'],
        [15, 20],
      ],
      at: 16,
      value: 17,
    },
    {
      name: 'which is no reading of the run',
      signal: { ...signal, minCount: 1 },
      x: [
        [0, 5],
        [13, 7],
      ],
      y: [
        [10, 20],
        [12, 'a'],
        [15, 20],
      ],
      at: 16,
      value: null,
    },
    {
      name: 'end where the value is too old',
      signal,
      x: [[0, 5]],
      y: [[10, 20]],
      maxAge: '12s',
      at: 20,
      value: 10,
    },
    {
      name: 'end in a pause as it began',
      signal,
      x: [[0, 5]],
      y: [
        [10, 20],
        [12, 'a'],
        [14, 0],
      ],
      at: 20,
      value: 10,
    },
    {
      name: 'count a value from its own time on',
      signal,
      x: [
        [0, 5],
        [14, 50, 12],
      ],
      y: [[10, 20]],
      at: 15,
      value: 160,
    },
  ]);
});

describe('no rounding decides:', () => {
  const values = [0.1, 0.7, 1 / 3, 1e-300, 123_456.789, -2.3e5 / 7];
  table(
    values.flatMap((value) => [
      {
        name: `the mean of ${value} is ${value}`,
        signal: { timeAvg: 'x', over: '7m' },
        x: [
          [0, value],
          [1.7, value],
        ] as Came[],
        at: 400.3,
        exactly: value,
        value,
      },
      {
        name: `also from before the window`,
        signal: { timeAvg: 'x', over: '7m' },
        x: [[0, value]] as Came[],
        at: 5000.1,
        exactly: value,
        value,
      },
    ]),
  );
});
