/** Times in payloads: every unit, the sizes that tell them apart, and what is no time. */
import { expect, test } from 'vitest';
import { readTimestamp, type TimestampUnit } from '../../firmware-bridge/timestamp.js';
import type { JsonValue } from '../../rules/reading.js';

const T = Date.UTC(2026, 0, 5, 6, 0, 0);

const ROWS: [string, JsonValue | undefined, TimestampUnit | null, number | null][] = [
  ['seconds', T / 1000, 's', T],
  ['seconds with a fraction', T / 1000 + 0.5, 's', T + 500],
  ['milliseconds', T, 'ms', T],
  ['a fraction of a millisecond is cut', T + 0.9, 'ms', T],
  ['microseconds', T * 1e3, 'us', T],
  ['nanoseconds', T * 1e6, 'ns', T],
  ['a number as text', String(T), 'ms', T],
  ['RFC 3339', '2026-01-05T06:00:00Z', 'rfc3339', T],
  ['RFC 3339 with a zone and a fraction', '2026-01-05T07:00:00.250+01:00', 'rfc3339', T + 250],
  ['RFC 3339 with a space and no zone is UTC', '2026-01-05 06:00:00', 'rfc3339', T],
  ['a number where RFC 3339 belongs', T, 'rfc3339', null],
  ['a date where a number belongs', '2026-01-05T06:00:00Z', 'ms', null],
  ['by size: seconds', T / 1000, null, T],
  ['by size: milliseconds', T, null, T],
  ['by size: microseconds', T * 1e3, null, T],
  ['by size: nanoseconds', T * 1e6, null, T],
  ['by size: the last second', 99_999_999_999, null, 99_999_999_999_000],
  ['by size: the first millisecond', 100_000_000_000, null, 100_000_000_000],
  ['by form: a date', '2026-01-05T06:00:00Z', null, T],
  ['by form: a number as text', String(T / 1000), null, T],
  ['no date', '2026-13-05T06:00:00Z', null, null],
  ['a day without a time', '2026-01-05', null, null],
  ['words', 'yesterday', null, null],
  ['nothing there', undefined, null, null],
  ['null', null, 'ms', null],
  ['a boolean', true, 'ms', null],
  ['an object', {}, 'ms', null],
  ['beyond what a date can hold', 1e300, 'ms', null],
  ['infinity', Number.POSITIVE_INFINITY, 's', null],
];

test.each(ROWS)('%s', (_name, value, unit, expected) => {
  expect(readTimestamp(value, unit)).toBe(expected);
});
