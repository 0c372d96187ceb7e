// Aim: durations are read exactly and written back as the same time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DURATION_MS_MAX,
  formatDuration,
  guessDuration,
  parseDuration,
} from '../../../rules/format/duration.js';

describe('parseDuration', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1.1s', 1100],
    ['0.0005s', 0],
    ['1.9999ms', 1],
    ['1w2d3h4m5s6ms', 788_645_006],
    ['30m1h', 5_400_000],
    ['1s1s', 2000],
    ['1000000000s', 1e12],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    ' ',
    '30',
    's',
    '30 s',
    '30S',
    '-30s',
    '+30s',
    '1h 30m',
    '1y',
    '30sec',
    '.5s',
    '1.s',
    '1e3s',
    'NaNs',
    '1h30',
    '９s',
    '99999999999w',
    `${'9'.repeat(400)}s`,
  ])('not %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

test('what is written is read as the same', () => {
  expect([0, 1, 999, 1000, 61_000, 5_400_000, 86_400_000, 90_061_001].map(formatDuration)).toEqual([
    '0s',
    '1ms',
    '999ms',
    '1s',
    '1m1s',
    '1h30m',
    '1d',
    '1d1h1m1s1ms',
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: DURATION_MS_MAX }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

test.each([
  [30, '30s'],
  [0.5, '0.5s'],
  ['30', '30s'],
  ['30 sec', '30s'],
  ['5 minutes', '5m'],
  ['1 hour and 30 min', '1h30m'],
  ['2 Days', '2d'],
  ['100 msec', '100ms'],
  ['soon', null],
  ['1 month', null],
  [-1, null],
  [true, null],
  ['', null],
])('%j was meant as %j', (value, guess) => {
  expect(guessDuration(value)).toBe(guess);
});
