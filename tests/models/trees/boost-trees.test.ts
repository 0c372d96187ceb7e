/** Boosting: it learns what is there, the same each time, and the histograms find what a search of all splits finds. */
import { describe, expect, test } from 'vitest';
import { bagTrees } from '../../../models/trees/bag-trees.js';
import { binColumns } from '../../../models/trees/bin-columns.js';
import { boostTrees } from '../../../models/trees/boost-trees.js';
import type { EnsembleOptions } from '../../../models/trees/ensemble-options.js';
import { LOGISTIC, type Loss, probabilityOf, quantileLoss, SQUARED } from '../../../models/trees/loss.js';
import { scoreOf, type TreeEnsemble } from '../../../models/trees/tree.js';
import { seededRandom } from '../../seeded-random.js';

const OPTIONS: EnsembleOptions = {
  trees: 60,
  learningRate: 0.1,
  leavesMax: 8,
  rowsPerLeaf: 5,
  shrinkage: 1,
  rowShare: 0.7,
  columnShare: 0.7,
  seed: 1,
};

const random = seededRandom(7);
const ROWS = 1500;
const columns = Array.from({ length: 6 }, () => Float64Array.from({ length: ROWS }, () => random() * 4 - 2));
const at = (column: number, row: number) => columns[column]?.[row] ?? 0;
/** A step, a slope and a product, and noise of deviation 0.3. */
const labels = Float64Array.from({ length: ROWS }, (_, row) => {
  const noise = (random() + random() + random() - 1.5) * 0.6;
  return (at(0, row) > 0.5 ? 3 : 0) + at(1, row) + at(2, row) * at(3, row) + noise;
});

function learn(changes: Partial<EnsembleOptions> = {}, loss: Loss = SQUARED, of = labels, from = columns) {
  const rows = Int32Array.from({ length: 1000 }, (_, row) => row);
  const boosting = boostTrees({ data: binColumns(from, rows), labels: of, rows }, loss, {
    ...OPTIONS,
    ...changes,
  });
  let step = boosting.next();
  while (step.done !== true) step = boosting.next();
  return step.value;
}

/** Scores of the rows that were not learnt from. */
function unseenScores(ensemble: TreeEnsemble, from = columns): Float64Array {
  return Float64Array.from({ length: ROWS - 1000 }, (_, index) =>
    scoreOf(
      ensemble,
      Float64Array.from(from, (column) => column[1000 + index] ?? Number.NaN),
    ),
  );
}

const unseen = labels.subarray(1000);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('squared: what is predicted of rows not seen is near the truth', () => {
  const spread = (scores: Float64Array) =>
    mean(scores.map((score, row) => (score - (unseen[row] ?? 0)) ** 2));
  const trivial = spread(new Float64Array(unseen.length).fill(mean(labels)));
  expect(spread(unseenScores(learn({ trees: 120 })))).toBeLessThan(trivial / 8);
});

test('quantile: so many of the labels not seen are below', () => {
  for (const level of [0.1, 0.9]) {
    const scores = unseenScores(learn({ rowsPerLeaf: 50 }, quantileLoss(level)));
    expect(mean(scores.map((score, row) => ((unseen[row] ?? 0) <= score ? 1 : 0)))).toBeCloseTo(level, 1);
  }
});

test('logistic: probabilities are right on the whole, and tell the two apart', () => {
  const isHigh = labels.map((label) => (label > 1 ? 1 : 0));
  const probabilities = unseenScores(learn({ trees: 120 }, LOGISTIC, isHigh)).map(probabilityOf);
  const truth = isHigh.subarray(1000);
  expect(mean(probabilities)).toBeCloseTo(mean(truth), 1);
  const right = probabilities.map((probability, row) => (probability > 0.5 === (truth[row] === 1) ? 1 : 0));
  expect(mean(right)).toBeGreaterThan(0.84);
});

test('bagged: the mean of trees that each see the labels', () => {
  const rows = Int32Array.from({ length: 1000 }, (_, row) => row);
  const isHigh = labels.map((label) => (label > 1 ? 1 : 0));
  const data = binColumns(columns, rows);
  const bagging = bagTrees({ data, labels: isHigh, rows }, { ...OPTIONS, trees: 20, leavesMax: 32 });
  let step = bagging.next();
  while (step.done !== true) step = bagging.next();
  const shares = unseenScores(step.value);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(-1e-6);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-6);
  const right = shares.map((share, row) => (share > 0.5 === (isHigh[1000 + row] === 1) ? 1 : 0));
  expect(mean(right)).toBeGreaterThan(0.8);
});

test('labels that are all alike give that, also as odds', () => {
  const same = unseenScores(learn({ trees: 3 }, SQUARED, new Float64Array(ROWS).fill(4)));
  expect(new Set(same)).toEqual(new Set([4]));
  const sure = unseenScores(learn({ trees: 3 }, LOGISTIC, new Float64Array(ROWS).fill(1)));
  expect(sure.every((score) => Number.isFinite(score) && score > 5)).toBe(true);
});

test('unknown values go where they belong', () => {
  // What is missing in column 0 means a high label.
  const holed = columns.map((column, index) =>
    index === 0 ? column.map((value, row) => ((labels[row] ?? 0) > 2 ? Number.NaN : value)) : column,
  );
  const scores = unseenScores(learn({}, SQUARED, labels, holed), holed);
  const ofMissing = scores.filter((_, row) => Number.isNaN(holed[0]?.[1000 + row]));
  const ofKnown = scores.filter((_, row) => !Number.isNaN(holed[0]?.[1000 + row]));
  expect(Math.min(...ofMissing)).toBeGreaterThan(mean(ofKnown));
});

describe('the same again', () => {
  const text = JSON.stringify(learn());

  test('same data and seed: same text', () => {
    expect(JSON.stringify(learn())).toBe(text);
  });

  test('another seed: other trees', () => {
    expect(JSON.stringify(learn({ seed: 2 }))).not.toBe(text);
  });

  test('scores survive the text', () => {
    expect(unseenScores(JSON.parse(text))).toEqual(unseenScores(learn()));
  });
});

test('what is learnt does not depend on rows and labels that do not take part', () => {
  const others = labels.map((label, row) => (row < 1000 ? label : Number.NaN));
  const moved = columns.map((column) => column.map((value, row) => (row < 1000 ? value : -9)));
  expect(learn({}, SQUARED, others, moved)).toEqual(learn());
});

test('constant columns and no column at all: the mean', () => {
  const constant = [new Float64Array(ROWS).fill(1)];
  const [score] = unseenScores(learn({ trees: 2, rowShare: 1 }, SQUARED, labels, constant), constant);
  expect(score).toBeCloseTo(mean(labels.subarray(0, 1000)), 5);
  expect(learn({ trees: 1 }, SQUARED, labels, []).trees[0]?.column).toEqual([-1]);
});

test('the first split is the best there is, by trying all', () => {
  const { trees, start } = learn({ trees: 1, leavesMax: 2, rowShare: 1, columnShare: 1, shrinkage: 0 });
  const residual = (row: number) => (labels[row] ?? 0) - start;
  let best = { gain: 0, column: -1, threshold: 0 };
  for (let column = 0; column < columns.length; column++) {
    const order = Array.from({ length: 1000 }, (_, row) => row).sort((a, b) => at(column, a) - at(column, b));
    const total = order.reduce((sum, row) => sum + residual(row), 0);
    let left = 0;
    order.forEach((row, index) => {
      left += residual(row);
      const count = index + 1;
      if (count < 5 || count > 995) return;
      const gain = left ** 2 / count + (total - left) ** 2 / (1000 - count);
      if (gain > best.gain) best = { gain, column, threshold: at(column, row) };
    });
  }
  expect(trees[0]?.column[0]).toBe(best.column);
  // Bins hold about four rows: the bound may be so far from the best place.
  expect(trees[0]?.threshold[0]).toBeCloseTo(best.threshold, 1);
});

test('limits are kept', () => {
  const { trees } = learn({ leavesMax: 4, trees: 5, rowsPerLeaf: 200, rowShare: 1 });
  for (const tree of trees) {
    expect(tree.column.filter((column) => column < 0).length).toBeLessThanOrEqual(4);
    const counts = new Map<number, number>();
    for (let row = 0; row < 1000; row++) {
      let node = 0;
      while ((tree.column[node] ?? -1) >= 0) {
        const goesLeft = at(tree.column[node] ?? 0, row) <= (tree.threshold[node] ?? 0);
        node = (tree.left[node] ?? 0) + (goesLeft ? 0 : 1);
      }
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(200);
  }
});
