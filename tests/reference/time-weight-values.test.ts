// Functions that weigh values by how long they hold, row by row, worked out by hand (signal-value-rows.ts says how).
import { describe } from 'vitest';
import { table } from './signal-value-rows.js';

/** Seconds from the start to the first tick after it. */
function firstTickOf(tickMs: number): number {
  const start = Date.UTC(2026, 0, 1);
  return ((Math.floor(start / tickMs) + 1) * tickMs - start) / 1000;
}

describe('over sliding windows, sessions and runs they', () => {
  table([
    {
      name: 'weigh values by how long they hold',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 0],
        [45, 8],
      ],
      at: 60,
      value: 2,
    },
    {
      name: 'take the value that entered before the window',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [90, 0],
      ],
      at: 120,
      value: 2,
    },
    {
      name: 'are the value itself at first',
      signal: { timeAvg: 'x', over: '60s' },
      x: [[5, 7]],
      at: 5,
      value: 7,
    },
    {
      name: 'hold between ticks',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 0],
        [1, 2],
      ],
      at: 2.9,
      value: 1,
    },
    {
      name: 'do not count a value that is too old',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [50, 0],
      ],
      maxAge: '10s',
      at: 60,
      value: 2,
    },
    {
      name: 'do not count a gap',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [50, 0],
      ],
      gap: [10, 50],
      at: 60,
      value: 2,
    },
    {
      name: 'integrate per unit',
      signal: { integral: 'x', over: '60s', per: '1m' },
      x: [[0, 6]],
      at: 30,
      value: 3,
    },
    { name: 'integrate nothing to 0', signal: { integral: 'x', over: '60s' }, x: [[0, 6]], at: 0, value: 0 },
    {
      name: 'tell the share of time that is not zero',
      signal: { duty: 'x', over: '60s' },
      x: [
        [0, true],
        [15, false],
      ],
      at: 60,
      value: 0.25,
    },
    {
      name: 'end at the last reading of a session',
      signal: { timeAvg: 'x', session: '20s' },
      x: [
        [0, 2],
        [10, 4],
        [15, 90],
      ],
      at: 35,
      value: 40 / 15,
    },
    {
      name: 'end with their run',
      signal: { integral: 'x', during: { value: 'x', above: 10 } },
      x: [
        [0, 20],
        [10, 5],
        [30, 6],
      ],
      at: 40,
      value: 200,
    },
  ]);
});

describe('when they are worked out:', () => {
  const signal = { integral: 'x', over: '60s' };
  table([
    { name: 'at a tick, once a second', signal, x: [[0, 1]], at: 7, value: 7 },
    { name: 'not a millisecond before it', signal, x: [[0, 1]], at: 6.999, value: 6 },
    {
      name: 'at a sixtieth of a long window',
      signal: { integral: 'x', over: '10m' },
      x: [[0, 1]],
      at: 20,
      value: 20,
    },
    { name: 'not before', signal: { integral: 'x', over: '10m' }, x: [[0, 1]], at: 19.999, value: 10 },
    {
      name: 'of a length that 60 does not divide at whole milliseconds',
      signal: { integral: 'x', over: '100s' },
      x: [[0, 1]],
      at: 1.8,
      value: firstTickOf(1666),
    },
    {
      name: 'when a reading enters',
      signal,
      x: [
        [0, 1],
        [2.5, 10],
      ],
      at: 2.9,
      value: 2.5,
    },
    {
      name: 'when one comes that was measured before the window',
      signal,
      x: [[0.5, 4, -90]],
      at: 0.5,
      value: 240,
    },
    {
      name: 'when one leaves',
      signal: { integral: 'x', over: '10s' },
      x: [
        [0, 1],
        [0.3, 9],
      ],
      at: 10.3,
      value: 90,
    },
    { name: 'when a hold ends', signal, x: [[0, 1]], maxAge: '2500ms', at: 2.9, value: 2.5 },
    { name: 'not before it ends', signal, x: [[0, 1]], maxAge: '2500ms', at: 2.499, value: 2 },
    {
      name: 'when the signal becomes unknown',
      signal,
      x: [
        [0, 1],
        [2.5, 'a'],
      ],
      at: 2.9,
      value: 2.5,
    },
    {
      name: 'at the end of a gap in which a tick was',
      signal,
      x: [[0, 1]],
      gap: [2.5, 9.5],
      at: 9.5,
      value: 2.5,
    },
    { name: 'not at the end of one without', signal, x: [[0, 1]], gap: [2.5, 2.9], at: 2.9, value: 2 },
  ]);
});

describe('for how long a value holds:', () => {
  const signal = { integral: 'x', over: '60s' };
  table([
    { name: 'at most its greatest age', signal, x: [[0, 1]], maxAge: '10s', at: 30, value: 10 },
    { name: 'from its own time on', signal, x: [[4, 1, 1]], maxAge: '10s', at: 30, value: 10 },
    { name: 'longer by a gap', signal, x: [[0, 1]], maxAge: '10s', gap: [5, 20], at: 40, value: 10 },
    {
      name: 'not longer by one that begins at its end',
      signal,
      x: [[0, 1]],
      maxAge: '10s',
      gap: [10, 20],
      at: 40,
      value: 10,
    },
    {
      name: 'not while its signal is unknown',
      signal,
      x: [
        [0, 1],
        [10, 'a'],
        [25, 1],
      ],
      at: 30,
      value: 15,
    },
    {
      name: 'again when a late reading makes the signal known',
      signal,
      x: [
        [0, 1],
        [10, 'a'],
        [25, 0, -1],
      ],
      at: 30,
      value: 15,
    },
    {
      name: 'not while a derived signal is unknown',
      signal: { integral: 'x / y', over: '60s' },
      x: [[0, 6]],
      y: [
        [0, 2],
        [10, 0],
        [20, 3],
      ],
      at: 30,
      value: 30 + 20,
    },
    {
      name: 'of the same value in an aligned window up to its end',
      signal: { integral: 'x', every: '10s' },
      x: [[-4, 1]],
      at: 10,
      value: 10,
    },
    {
      name: 'of a kind with its reading until the next',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 1],
        [30, 3],
        [20, 2, 15],
      ],
      at: 40,
      value: (15 + 30 + 30) / 40,
    },
  ]);
});

describe('without any time held they are', () => {
  table([
    { name: 'unknown over nothing', signal: { timeAvg: 'x', over: '60s' }, x: [], at: 5, value: null },
    { name: 'a duty too', signal: { duty: 'x', over: '60s' }, x: [], at: 5, value: null },
    { name: '0 as an integral', signal: { integral: 'x', over: '60s' }, x: [], at: 5, value: 0 },
    {
      name: 'the duty 1 of what is not 0',
      signal: { duty: 'x', over: '60s' },
      x: [[5, -3]],
      at: 5,
      value: 1,
    },
    { name: 'the duty 0 of 0', signal: { duty: 'x', over: '60s' }, x: [[5, 0]], at: 5, value: 0 },
    { name: 'unknown of a text', signal: { timeAvg: 'x', over: '60s' }, x: [[5, 'a']], at: 5, value: null },
    {
      name: 'the value of a session of one reading',
      signal: { timeAvg: 'x', session: '10s' },
      x: [[5, 7]],
      at: 15,
      value: 7,
    },
    {
      name: 'unknown once the last value is older than it may be and has left',
      signal: { timeAvg: 'x', over: '10s' },
      x: [[0, 7]],
      maxAge: '5s',
      at: 15,
      value: null,
    },
    {
      name: 'the value while it is in the window',
      signal: { timeAvg: 'x', over: '10s' },
      x: [[0, 7]],
      maxAge: '5s',
      at: 14,
      value: 7,
    },
    {
      name: 'what held before a gap as long as the window',
      signal: { timeAvg: 'x', over: '10s' },
      x: [[0, 7]],
      gap: [5, 50],
      at: 50,
      value: 7,
    },
  ]);
});
