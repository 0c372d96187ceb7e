import { seededRandom } from '../seeded-random.js';
import type { BinnedColumns } from './bin-columns.js';
import { drawn } from './draw.js';
import { type EnsembleOptions, type LearningRows, tellingColumns } from './ensemble-options.js';
import { TreeGrower } from './grow-tree.js';
import type { Fit, Loss } from './loss.js';
import type { Tree, TreeEnsemble } from './tree.js';

/**
 * Gradient boosting of histogram trees (Friedman, "Stochastic gradient boosting", 2002). Gives how many trees there are
 * after each. 20,000 rows of 120 columns, 300 trees of 31 leaves: see docs/models/failure.md.
 */
export function* boostTrees(
  { data, labels, rows }: LearningRows,
  loss: Loss,
  options: EnsembleOptions,
): Generator<number, TreeEnsemble, void> {
  const random = seededRandom(options.seed);
  const size = labels.length;
  const start = Number(loss.start(labels, rows).toPrecision(7));
  const fit: Fit = {
    labels,
    scores: new Float64Array(size).fill(start),
    gradients: new Float64Array(size),
    curvatures: new Float64Array(size),
  };
  const grower = new TreeGrower(data, options, rows.length);
  const telling = tellingColumns(data);
  const trees: Tree[] = [];
  while (trees.length < options.trees) {
    loss.differentiate(fit, rows);
    const seen = drawn(rows, options.rowShare, random);
    const columns = drawn(telling, options.columnShare, random);
    const tree = grower.grow(fit, seen, columns, loss.leafValue);
    addTree(tree, data, fit.scores, rows);
    trees.push(tree);
    yield trees.length;
  }
  return { start, trees };
}

/** Adds what a tree says of binned rows. The same as `scoreOf`, as bounds of bins are what trees ask. */
function addTree(tree: Tree, data: BinnedColumns, scores: Float64Array, rows: Int32Array): void {
  const lastLeftBin = tree.column.map((column, node) => {
    const bounds = data.bounds[column] ?? new Float64Array(0);
    return bounds.indexOf(tree.threshold[node] ?? 0) + 1;
  });
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    let node = 0;
    for (let column = tree.column[0] ?? -1; column >= 0; column = tree.column[node] ?? -1) {
      const bin = data.bins[column]?.[row] ?? 0;
      const isLeft = bin === 0 ? tree.missingLeft[node] === 1 : bin <= (lastLeftBin[node] ?? 0);
      node = (tree.left[node] ?? 0) + (isLeft ? 0 : 1);
    }
    scores[row] = (scores[row] ?? 0) + (tree.value[node] ?? 0);
  }
}
