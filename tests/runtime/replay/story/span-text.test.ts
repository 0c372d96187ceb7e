/** Lengths of time for people: the two largest units, both sides of each unit. */
import { expect, test } from 'vitest';
import { spanText } from '../../../../runtime/replay/story/span-text.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each<[number, string]>([
  [0, '0s'],
  [1, '1ms'],
  [999, '999ms'],
  [S, '1s'],
  [S + 999, '1s'],
  [59 * S, '59s'],
  [M, '1m'],
  [M + S, '1m 1s'],
  [H - 1, '59m 59s'],
  [H, '1h'],
  [H + 59 * S, '1h'],
  [H + 5 * M, '1h 5m'],
  [D - 1, '23h 59m'],
  [D, '1d'],
  [D + H, '1d 1h'],
  [400 * D, '400d'],
])('%d ms', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
