/** Rows of features as numbers: what the training saw decides how, and what is believed. */
import { expect, test } from 'vitest';
import { encodedFeatures, encodeRow, learnEncoding } from '../../../models/features/encode-row.js';
import type { FeatureRow } from '../../../models/scorer.js';

/** Type, temperature (never unknown), pressure (unknown once), running, a constant, never known. */
const ROWS: FeatureRow[] = [
  ['L', 300, 1, true, 5, null],
  ['M', 310, null, false, 5, null],
  ['L', 305, 3, true, 5, null],
];
const encoding = learnEncoding(ROWS, 6);

function encode(row: FeatureRow): { numbers: number[]; isInRange: boolean } {
  const encoded = new Float64Array(encodedFeatures(encoding).length);
  const isInRange = encodeRow(encoding, row, encoded);
  return { numbers: [...encoded], isInRange };
}

test('numbers come first, then one number for each text; what is constant has none', () => {
  expect(encodedFeatures(encoding)).toEqual([1, 2, 3, 0, 0]);
  expect(encode(['M', 300, 2, true, 5, null])).toEqual({ numbers: [300, 2, 1, 0, 1], isInRange: true });
});

test.each<[string, FeatureRow, boolean]>([
  ['a constant that changed says nothing', ['L', 300, 1, true, 6, 7], true],
  ['the largest with its margin (5 % of 310)', ['L', 325.5, 1, true, 5, null], true],
  ['above it', ['L', 325.6, 1, true, 5, null], false],
  ['the smallest with its margin', ['L', 284.5, 1, true, 5, null], true],
  ['below it', ['L', 284.4, 1, true, 5, null], false],
  ['the margin of half the range, where that is wider', ['L', 300, 4, true, 5, null], true],
  ['above that', ['L', 300, 4.001, true, 5, null], false],
  ['another unit', ['L', 27, 1, true, 5, null], false],
  ['unknown where it never was', ['L', null, 1, true, 5, null], false],
  ['unknown where it was before', ['L', 300, null, true, 5, null], true],
  ['a text where there were numbers', ['L', 'hot', 1, true, 5, null], false],
  ['a text not seen', ['H', 300, 1, true, 5, null], false],
  ['a text unknown where it never was', [null, 300, 1, true, 5, null], false],
  ['a short row', ['L', 300], false],
])('%s: in range %s', (_, row, isInRange) => {
  expect(encode(row).isInRange).toBe(isInRange);
});

test('what is not believed is unknown to what comes after', () => {
  expect(encode(['H', 9e300, Number.POSITIVE_INFINITY, true, 5, null]).numbers).toEqual([
    Number.NaN,
    Number.NaN,
    1,
    0,
    0,
  ]);
  expect(encode([null, 300, 1, true, 5, null]).numbers.slice(3)).toEqual([Number.NaN, Number.NaN]);
});

test('of many texts the most frequent have a number, the others are alike and in range', () => {
  const rows = Array.from({ length: 200 }, (_, index) => [`t${index < 100 ? index % 10 : index}`]);
  const many = learnEncoding(rows, 1);
  expect(encodedFeatures(many)).toHaveLength(12);
  const encoded = new Float64Array(12);
  expect(encodeRow(many, ['t150'], encoded)).toBe(true);
  expect([...encoded].filter((number) => number !== 0)).toEqual([]);
  expect(encodeRow(many, ['t7'], encoded)).toBe(true);
  expect([...encoded].filter((number) => number === 1)).toHaveLength(1);
});

test('an encoding survives JSON, also of the largest numbers', () => {
  const huge = learnEncoding([[-Number.MAX_VALUE], [Number.MAX_VALUE]], 1);
  expect(JSON.parse(JSON.stringify(huge))).toEqual(huge);
  expect(encodeRow(huge, [Number.MAX_VALUE], new Float64Array(1))).toBe(true);
});
