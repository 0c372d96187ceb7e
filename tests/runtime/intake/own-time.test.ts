/** Which times of devices are believed: both sides of every bound, and the wall clock's offset. */
import { expect, test } from 'vitest';
import { ownTime } from '../../../runtime/intake/own-time.js';

const LIMITS = { maxSkewMs: 300_000, maxBackfillMs: 7 * 86_400_000 };
const NOW = Date.UTC(2026, 5, 1);

test.each([
  ['now', NOW, NOW],
  ['a little ahead', NOW + 300_000, NOW + 300_000],
  ['too far ahead', NOW + 300_001, null],
  ['long ago', NOW - 7 * 86_400_000, NOW - 7 * 86_400_000],
  ['too long ago', NOW - 7 * 86_400_000 - 1, null],
  ['1970', 0, null],
])('%s', (_name, payloadTime, expected) => {
  expect(ownTime(payloadTime, { arrival: NOW, offset: 0 }, LIMITS)).toBe(expected);
});

test('the engine keeps its own time: the offset of the wall clock is taken off', () => {
  expect(ownTime(NOW + 5_000, { arrival: NOW, offset: 5_000 }, LIMITS)).toBe(NOW);
  expect(ownTime(NOW + 310_000, { arrival: NOW, offset: 20_000 }, LIMITS)).toBe(NOW + 290_000);
});

test('nothing was measured for a program that did not exist, however far back is allowed', () => {
  const limits = { ...LIMITS, maxBackfillMs: Number.MAX_SAFE_INTEGER };
  expect(ownTime(Date.UTC(2025, 11, 31, 23, 59, 59, 999), { arrival: NOW, offset: 0 }, limits)).toBeNull();
  expect(ownTime(Date.UTC(2026, 0, 1), { arrival: NOW, offset: 0 }, limits)).toBe(Date.UTC(2026, 0, 1));
});
