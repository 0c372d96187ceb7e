// Windows that close and runs, row by row, worked out by hand (signal-value-rows.ts says how).
import { describe } from 'vitest';
import { type Came, table } from './signal-value-rows.js';

describe('aligned windows', () => {
  table([
    {
      name: 'are unknown before a boundary',
      signal: { sum: 'x', every: '10s' },
      x: [[1, 1]],
      at: 9,
      value: null,
    },
    { name: 'close at it', signal: { sum: 'x', every: '10s' }, x: [[1, 1]], at: 10, value: 1 },
    {
      name: 'take a reading of their start and none of their end',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [10, 2],
        [19, 4],
        [20, 8],
      ],
      at: 20,
      value: 6,
    },
    {
      name: 'do not change when they have closed',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [12, 2, 8],
      ],
      at: 15,
      value: 1,
    },
    {
      name: 'longer than they are apart',
      signal: { sum: 'x', over: '20s', every: '10s' },
      x: [
        [1, 1],
        [11, 2],
        [21, 4],
      ],
      at: 35,
      value: 6,
    },
    {
      name: 'full when their first reading is as old as their length at the boundary',
      signal: { sum: 'x', over: '10s', every: '10s', full: true },
      x: [
        [9, 1, 1],
        [12, 4, 10],
      ],
      at: 20,
      value: 4,
    },
    {
      name: 'not full a millisecond before',
      signal: { sum: 'x', over: '10s', every: '10s', full: true },
      x: [[11, 1, 10.001]],
      at: 20,
      value: null,
    },
    {
      name: 'by local hours that are not whole ones of UTC',
      signal: { sum: 'x', every: '1h', timezone: 'Asia/Kolkata' },
      x: [
        [60, 1],
        [1799, 2],
        [1800, 4],
      ],
      at: 1800,
      value: 3,
    },
    {
      name: 'of which a gap closes the last',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [21, 4],
      ],
      gap: [5, 21],
      at: 25,
      value: 0,
    },
  ]);
});

describe('aligned windows that wait for late readings', () => {
  const signal = { sum: 'x', every: '10s' };
  const late: Came[] = [
    [1, 1],
    [11, 2, 9],
    [12, 4],
    [13, 8, 11],
  ];
  table([
    { name: 'are unknown at their boundary', signal, grace: 5, x: late, at: 14.999, value: null },
    { name: 'close when the grace is over', signal, grace: 5, x: late, at: 15, value: 3 },
    { name: 'leave what was measured after it to the next', signal, grace: 5, x: late, at: 25, value: 12 },
    {
      name: 'do not take what arrives when it is over',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [15, 2, 9],
      ],
      at: 16,
      value: 1,
    },
    {
      name: 'may be longer apart than they wait, or not',
      signal,
      grace: 25,
      x: [
        [1, 1],
        [12, 2],
        [23, 4],
        [34, 8, 19.999],
      ],
      at: 35,
      value: 1,
    },
    {
      name: 'close one after the other, each in its time',
      signal,
      grace: 25,
      x: [
        [1, 1],
        [12, 2],
        [23, 4],
        [34, 8, 19.999],
      ],
      at: 45,
      value: 10,
    },
    {
      name: 'begin with the first reading, not before it',
      signal,
      grace: 5,
      x: [[11, 1]],
      at: 16,
      value: null,
    },
    {
      name: 'close at the end of a gap in which the grace is over',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [21, 2],
      ],
      gap: [8, 20],
      at: 22,
      value: 1,
    },
    {
      name: 'show what holds from their boundary',
      signal: { timeAvg: 'x', every: '10s' },
      grace: 5,
      x: late,
      at: 15,
      value: 10 / 9,
    },
  ]);
});

describe('sliding and count windows', () => {
  table([
    { name: 'do not wait', signal: { sum: 'x', over: '10s' }, grace: 5, x: [[1, 1]], at: 11, value: 0 },
    {
      name: 'do not wait for a reading',
      signal: { sum: 'x', over: 1 },
      grace: 5,
      x: [[1, 1]],
      at: 1,
      value: 1,
    },
  ]);
});

describe('sessions that wait for late readings', () => {
  const signal = { sum: 'x', session: '10s' };
  table([
    { name: 'are unknown when they are over', signal, grace: 5, x: [[1, 1]], at: 15.999, value: null },
    { name: 'close when the grace is over', signal, grace: 5, x: [[1, 1]], at: 16, value: 1 },
    {
      name: 'go on with what was measured before their end',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [13, 2, 10.999],
      ],
      at: 16,
      value: null,
    },
    {
      name: 'which makes them longer',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [13, 2, 10.999],
      ],
      at: 28,
      value: 3,
    },
    {
      name: 'end before what was measured at their end',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [13, 2, 11],
      ],
      at: 16,
      value: 1,
    },
    {
      name: 'are not made longer after that',
      signal,
      grace: 5,
      x: [
        [1, 1],
        [12, 2, 11],
        [13, 4, 10],
      ],
      at: 16,
      value: 5,
    },
    {
      name: 'wait for their greatest length too',
      signal: { ...signal, longest: '12s' },
      grace: 5,
      x: [
        [1, 1],
        [9, 2],
        [14, 4, 12.999],
        [15, 8],
      ],
      at: 18,
      value: 7,
    },
  ]);
});

describe('sessions', () => {
  const signal = { sum: 'x', session: '10s' };
  table([
    {
      name: 'are unknown until they close',
      signal,
      x: [
        [0, 1],
        [9, 2],
      ],
      at: 18,
      value: null,
    },
    {
      name: 'close at the gap after the last reading',
      signal,
      x: [
        [0, 1],
        [9, 2],
      ],
      at: 19,
      value: 3,
    },
    {
      name: 'end before a reading one gap later',
      signal,
      x: [
        [0, 1],
        [10, 2],
      ],
      at: 15,
      value: 1,
    },
    {
      name: 'close at their greatest length',
      signal: { ...signal, longest: '15s' },
      x: [
        [0, 1],
        [9, 2],
        [14, 4],
      ],
      at: 15,
      value: 7,
    },
    {
      name: 'open anew at their greatest length',
      signal: { ...signal, longest: '15s' },
      x: [
        [0, 1],
        [9, 2],
        [15, 4],
      ],
      at: 25,
      value: 4,
    },
    { name: 'move with a gap', signal, x: [[0, 1]], gap: [5, 100], at: 104, value: null },
  ]);
});

describe('runs', () => {
  const signal = { sum: 'x', during: { value: 'x', above: 10 } };
  table([
    { name: 'are unknown before the first', signal, x: [[0, 1]], at: 5, value: null },
    {
      name: 'begin with the reading that begins them',
      signal,
      x: [
        [0, 1],
        [1, 20],
      ],
      at: 5,
      value: 20,
    },
    {
      name: 'end without the one that ends them',
      signal,
      x: [
        [1, 20],
        [2, 30],
        [3, 5],
      ],
      at: 5,
      value: 50,
    },
    {
      name: 'are held until the next',
      signal,
      x: [
        [1, 20],
        [3, 5],
        [4, 6],
        [5, 40],
      ],
      at: 5,
      value: 40,
    },
    {
      name: 'stand still while their condition is unknown',
      signal,
      x: [
        [1, 20],
        [2, 'a'],
        [3, 30],
      ],
      at: 5,
      value: 50,
    },
  ]);
});
