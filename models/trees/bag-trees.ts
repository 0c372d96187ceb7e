import { seededRandom } from '../seeded-random.js';
import { drawn } from './draw.js';
import { type EnsembleOptions, type LearningRows, tellingColumns } from './ensemble-options.js';
import { TreeGrower } from './grow-tree.js';
import { type Fit, SQUARED } from './loss.js';
import type { Tree, TreeEnsemble } from './tree.js';

/**
 * Trees that are each grown from the labels, and whose mean is the score (Breiman, "Bagging predictors", 1996; drawn without
 * replacement as Buehlmann and Yu, "Analyzing bagging", 2002). Where failures follow sharp limits they draw these sharper
 * than boosted trees, which come there in many small steps. Gives how many trees there are after each.
 */
export function* bagTrees(
  { data, labels, rows }: LearningRows,
  options: Omit<EnsembleOptions, 'learningRate'>,
): Generator<number, TreeEnsemble, void> {
  const random = seededRandom(options.seed);
  const start = Number(SQUARED.start(labels, rows).toPrecision(7));
  const fit: Fit = {
    labels,
    scores: new Float64Array(labels.length).fill(start),
    gradients: new Float64Array(labels.length),
    curvatures: new Float64Array(labels.length),
  };
  SQUARED.differentiate(fit, rows);
  const grower = new TreeGrower(data, { ...options, learningRate: 1 / options.trees }, rows.length);
  const telling = tellingColumns(data);
  const trees: Tree[] = [];
  while (trees.length < options.trees) {
    const seen = drawn(rows, options.rowShare, random);
    trees.push(grower.grow(fit, seen, drawn(telling, options.columnShare, random)));
    yield trees.length;
  }
  return { start, trees };
}
