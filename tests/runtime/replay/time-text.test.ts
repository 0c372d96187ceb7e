/** Times as recordings write them; both sides of every bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime, parseTime, parseTimeOrDay, wholeMs } from '../../../runtime/replay/time-text.js';

const SIX = Date.UTC(2026, 0, 5, 6);

describe('a time', () => {
  test.each<[string, number]>([
    ['2026-01-05T06:00:00Z', SIX],
    ['2026-01-05t06:00:00z', SIX],
    ['2026-01-05 06:00:00Z', SIX],
    ['2026-01-05 06:00:00', SIX],
    ['2026-01-05T06:00:00', SIX],
    ['2026-01-05T07:30:00+01:30', SIX],
    ['2026-01-05T00:00:00-06:00', SIX],
    ['2026-01-05T06:00:00.5Z', SIX + 500],
    ['2026-01-05T06:00:00.12Z', SIX + 120],
    ['2026-01-05T06:00:00.123456789Z', SIX + 123],
    ['2026-01-05 06:00:00.9999', SIX + 999],
    ['2026-01-05T06:00:00.001+00:00', SIX + 1],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['0100-01-01T00:00:00Z', Date.UTC(100, 0, 1)],
    ['1767592800000', SIX],
    ['1767592800000.7', SIX],
    ['0', 0],
    ['-1', -1],
  ])('%s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });
});

describe('a time or a day', () => {
  test.each<[string, number | null]>([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2026-01-05T06:00:00Z', SIX],
    ['2026-02-29', null],
    ['2026-1-5', null],
    ['2026-01', null],
  ])('%s', (text, time) => {
    expect(parseTimeOrDay(text)).toBe(time);
  });
});

describe('no time', () => {
  test.each([
    '',
    'now',
    '2026-01-05',
    '2026-01-05T06:00Z',
    '2026-1-5T06:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T06:60:00Z',
    '2026-01-05T06:00:61Z',
    '2026-01-05T06:00:00+24:00',
    '2026-01-05T06:00:00+01:60',
    '2026-01-05T06:00:00+0100',
    '2026-01-05T06:00:00.Z',
    '2026-01-05T06:00:00Z ',
    '0099-12-31T23:59:59Z',
    '8640000000000001',
    '1e12',
    'NaN',
  ])('%s', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});

test('whole milliseconds are cut towards zero and never -0', () => {
  expect([wholeMs(1.9), wholeMs(-1.9), wholeMs(-0.5), wholeMs(8.64e15)]).toEqual([1, -1, 0, 8.64e15]);
  expect([wholeMs(Number.NaN), wholeMs(Number.POSITIVE_INFINITY), wholeMs(8.64e15 + 2)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(Object.is(wholeMs(-0.5), 0)).toBe(true);
});

test('what is printed is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(100, 0, 1), max: Date.UTC(9999, 11, 31) }), (time) => {
      expect(parseTime(formatTime(time))).toBe(time);
      expect(parseTime(new Date(time).toISOString())).toBe(time);
    }),
  );
});

test('whole seconds are printed without milliseconds', () => {
  expect([formatTime(SIX), formatTime(SIX + 7)]).toEqual(['2026-01-05 06:00:00', '2026-01-05 06:00:00.007']);
});
