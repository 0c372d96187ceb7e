import { bagTrees } from '../trees/bag-trees.js';
import { boostTrees } from '../trees/boost-trees.js';
import type { EnsembleOptions, LearningRows } from '../trees/ensemble-options.js';
import type { Loss } from '../trees/loss.js';
import type { TreeEnsemble } from '../trees/tree.js';

/** A way to learn from rows. */
export interface Learner {
  readonly trees: number;
  /** Gives how many trees there are after each. */
  fit(rows: LearningRows, seed: number): Generator<number, TreeEnsemble, void>;
}

export function boostingLearner(loss: Loss, options: Omit<EnsembleOptions, 'seed'>): Learner {
  return { trees: options.trees, fit: (rows, seed) => boostTrees(rows, loss, { ...options, seed }) };
}

export function baggingLearner(options: Omit<EnsembleOptions, 'seed' | 'learningRate'>): Learner {
  return { trees: options.trees, fit: (rows, seed) => bagTrees(rows, { ...options, seed }) };
}
