/** What is known of each row: that a failure came within the horizon, that none came, or neither. */
import { expect, test } from 'vitest';
import { failureLabels } from '../../../models/failure/failure-labels.js';
import type { LifeEnd } from '../../../models/learning/lives.js';

test.each<[LifeEnd['kind'], number, number]>([
  ['failure', 101, 0],
  ['failure', 100, 1],
  ['failure', 0, 1],
  ['maintenance', 101, 0],
  ['maintenance', 100, Number.NaN],
  ['maintenance', 0, Number.NaN],
  ['running', 101, 0],
  ['running', 100, Number.NaN],
])('%s in %d ms, with a horizon of 100: %d', (kind, left, label) => {
  const life = {
    instance: 'm',
    times: Float64Array.of(0, 1000),
    rows: [[1], [1]],
    end: { kind, time: 1000 + left },
  };
  const table = { life: Int32Array.of(0), place: Int32Array.of(1) };
  expect([...failureLabels([life], table, 100)]).toEqual([label]);
});
