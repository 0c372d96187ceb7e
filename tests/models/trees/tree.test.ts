/** Trees as they are read: which leaf a row comes to, and what each column had to do with it. */
import { expect, test } from 'vitest';
import { addContributions, scoreOf, type TreeEnsemble } from '../../../models/trees/tree.js';

/** x0 <= 2.5 ? -1 : (x1 <= 0 ? 4 : 7), unknown x0 to the right, unknown x1 to the left; then a tree that is one leaf. */
const ENSEMBLE: TreeEnsemble = {
  start: 10,
  trees: [
    {
      column: [0, -1, 1, -1, -1],
      threshold: [2.5, 0, 0, 0, 0],
      left: [1, 0, 3, 0, 0],
      missingLeft: [0, 0, 1, 0, 0],
      value: [2, -1, 5, 4, 7],
    },
    { column: [-1], threshold: [0], left: [0], missingLeft: [0], value: [0.5] },
  ],
};
const BELOW_ZERO = -5e-324;

test.each([
  [2.5, 9, 9.5],
  [2.5000000000000004, 0, 14.5],
  [3, 5e-324, 17.5],
  [3, -0, 14.5],
  [3, BELOW_ZERO, 14.5],
  [Number.NaN, 1, 17.5],
  [3, Number.NaN, 14.5],
  [Number.POSITIVE_INFINITY, 1, 17.5],
  [Number.NEGATIVE_INFINITY, 1, 9.5],
])('x0 %d, x1 %d: %d', (x0, x1, score) => {
  expect(scoreOf(ENSEMBLE, Float64Array.of(x0, x1))).toBe(score);
});

test('contributions go to the columns asked, and sum to the score less what the roots are worth', () => {
  const contributions = new Float64Array(2);
  addContributions(ENSEMBLE, Float64Array.of(3, 1), contributions);
  expect([...contributions]).toEqual([3, 2]);
  addContributions(ENSEMBLE, Float64Array.of(1, 1), contributions);
  expect([...contributions]).toEqual([0, 2]);
});
