// Aim: what is near is found, what is not is left alone.
import { expect, test } from 'vitest';
import { didYouMean } from '../../../rules/format/did-you-mean.js';

const KEYS = ['above', 'atLeast', 'below', 'deadband', 'for', 'over', 'avg', 'in'];

test.each([
  ['abve', 'above'],
  ['aboev', 'above'],
  ['Above', 'above'],
  ['atleast', 'atLeast'],
  ['deadbnad', 'deadband'],
  ['fro', 'for'],
  ['ovr', 'over'],
  ['hysteresis', 'deadband'],
  ['average', 'avg'],
  ['or', 'for'],
  ['x', null],
  ['colour', null],
  ['', null],
  ['b'.repeat(1000), null],
])('%s: %s', (word, expected) => {
  expect(didYouMean(word, KEYS)).toBe(expected);
});

test('a word for something else is only taken where that can stand', () => {
  expect(didYouMean('hysteresis', ['above'])).toBeNull();
});
