/** From rows to what trees see: the same in training and in scoring, whatever came before, saved and loaded anywhere. */
import { describe, expect, test } from 'vitest';
import { type AgeSource, FeatureExpander } from '../../../models/features/feature-expander.js';
import { columnSources, type FeaturePlan, learnSpace } from '../../../models/features/feature-space.js';
import { livesOf } from '../../../models/learning/lives.js';
import { buildTable } from '../../../models/learning/training-table.js';
import type { FeatureRow, TrainingRun } from '../../../models/scorer.js';
import { seededRandom } from '../../seeded-random.js';

const random = seededRandom(11);
const ROWS: FeatureRow[] = Array.from({ length: 120 }, (_, row) => [
  random() < 0.5 ? 100 : 200,
  random() < 0.1 ? null : row + random(),
  random() < 0.5 ? 'a' : 'b',
  random() < 0.5,
  row * 2,
]);
const TIMES = Float64Array.from(ROWS, (_, row) => 1_000_000 + row * 60_000);
const CYCLES: AgeSource = { kind: 'cycles' };
const PLANS: FeaturePlan[] = ['row', 'pairs', 'history'];
const spaceOf = (plan: FeaturePlan) => learnSpace(ROWS, 5, [0], plan);

function columnsOf(expander: FeatureExpander, from: number, to: number): number[][] {
  return ROWS.slice(from, to).map((row, index) => {
    expander.add(TIMES[from + index] ?? 0, row);
    return [...expander.columns];
  });
}

const SPACES = [
  ...PLANS.map((plan) => ({ plan: String(plan), space: spaceOf(plan) })),
  {
    plan: 'history with an index',
    space: { ...spaceOf('history'), index: { centres: [150, 60, 0, 120], weights: [0.5, -1, 3, 0.25] } },
  },
];

describe.each(SPACES)('$plan', ({ space }) => {
  const all = columnsOf(new FeatureExpander(space, CYCLES), 0, ROWS.length);

  test('training sees what scoring sees, row by row', () => {
    const mark = { time: TIMES[79] ?? 0, event: 'failure' as const };
    const run: TrainingRun = { instance: ['m1'], times: TIMES, rows: ROWS, marks: [mark] };
    const building = buildTable(livesOf([run], 1e12), space, CYCLES);
    let step = building.next();
    while (step.done !== true) step = building.next();
    const table = step.value;
    const expander = new FeatureExpander(space, CYCLES);
    const scored = columnsOf(expander, 0, 80);
    expander.restart();
    scored.push(...columnsOf(expander, 80, ROWS.length));
    const trained = scored.map((_, row) => table.columns.map((column) => column[row]));
    expect(trained).toEqual(scored);
  });

  test('has a source for every column, and no infinite one', () => {
    expect(columnSources(space)).toHaveLength(all[0]?.length ?? 0);
    expect(all.flat().filter((value) => !Number.isFinite(value) && !Number.isNaN(value))).toEqual([]);
  });

  test.each([1, 33, 80])('loaded after %d rows it goes on the same', (rows) => {
    const expander = new FeatureExpander(space, CYCLES);
    columnsOf(expander, 0, rows);
    const loaded = new FeatureExpander(space, CYCLES);
    loaded.load(structuredClone(expander.save()));
    expect(columnsOf(loaded, rows, ROWS.length)).toEqual(all.slice(rows));
  });
});

test.each<[AgeSource, number, number]>([
  [{ kind: 'cycles' }, 1, 3],
  [{ kind: 'seconds' }, 0, 120],
  [{ kind: 'feature', feature: 4 }, 0, 4],
])(
  'age %j: %d of the first row, %d of the third, and from the start after a mark',
  (source, first, third) => {
    const expander = new FeatureExpander(spaceOf('row'), source);
    const ages = [0, 1, 2].map((row) => {
      expander.add(TIMES[row] ?? 0, ROWS[row] ?? []);
      return expander.age;
    });
    expect([ages[0], ages[2]]).toEqual([first, third]);
    expander.restart();
    expander.add(TIMES[0] ?? 0, ROWS[0] ?? []);
    expect(expander.age).toBe(first);
  },
);

test('an age that is not known is no number', () => {
  const expander = new FeatureExpander(spaceOf('row'), { kind: 'feature', feature: 1 });
  expander.add(0, [100, null, 'a', true, 1]);
  expect(expander.age).toBeNaN();
});

test('products that overflow, and quotients by zero, are unknown', () => {
  const rows: FeatureRow[] = [
    [1e200, 1e200],
    [0, 0],
  ];
  const expander = new FeatureExpander(learnSpace(rows, 2, [], 'pairs'), CYCLES);
  expander.add(0, rows[0] ?? []);
  expect([...expander.columns]).toEqual([1e200, 1e200, Number.NaN, 1, 0]);
  expander.add(0, rows[1] ?? []);
  expect([...expander.columns]).toEqual([0, 0, 0, Number.NaN, 0]);
});

test('signals are compared within their regime', () => {
  // The same wear looks different at two speeds.
  const rows: FeatureRow[] = Array.from({ length: 100 }, (_, row) => {
    const speed = row % 2 === 0 ? 1000 : 3000;
    return [speed, speed * 2 + row / 10];
  });
  const expander = new FeatureExpander(learnSpace(rows, 2, [0], 'history'), CYCLES);
  const now = rows.map((row, index) => {
    expander.add(index, row);
    return expander.columns[7] ?? 0;
  });
  const rises = now.slice(1).filter((value, index) => value >= (now[index] ?? 0) - 1e-9);
  expect(rises.length).toBeGreaterThan(45);
  expect(Math.max(...now.map(Math.abs))).toBeLessThan(2);
});
