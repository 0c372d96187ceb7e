import { quantileOf } from './quantile.js';

/**
 * What the trees are to make small. Trees are fitted to gradients and second derivatives by the score (Friedman,
 * "Greedy function approximation", 2001; Chen and Guestrin, "XGBoost", 2016).
 */
export interface Loss {
  /** The best score that is the same for all rows. */
  start(labels: Float64Array, rows: Int32Array): number;
  /** Writes `gradients` and `curvatures` of `rows`. */
  differentiate(fit: Fit, rows: Int32Array): void;
  /** What a leaf with these rows should add, where gradients alone do not tell. */
  readonly leafValue?: (fit: Fit, rows: Int32Array) => number;
}

/** All arrays have one entry a row of the data, whether it takes part or not. */
export interface Fit {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
}

/** Scores become means. */
export const SQUARED: Loss = {
  start: meanOf,
  differentiate({ labels, scores, gradients, curvatures }, rows) {
    for (const row of rows) {
      gradients[row] = (scores[row] ?? 0) - (labels[row] ?? 0);
      curvatures[row] = 1;
    }
  },
};

/** Labels are 0 or 1; scores become logarithms of the odds of a 1. */
export const LOGISTIC: Loss = {
  start(labels, rows) {
    // Labels all alike have infinite odds: half a label of the other kind bounds them.
    const ones = meanOf(labels, rows) * rows.length;
    return Math.log((ones + 0.5) / (rows.length - ones + 0.5));
  },
  differentiate({ labels, scores, gradients, curvatures }, rows) {
    for (const row of rows) {
      const probability = probabilityOf(scores[row] ?? 0);
      gradients[row] = probability - (labels[row] ?? 0);
      curvatures[row] = Math.max(probability * (1 - probability), 1e-12);
    }
  },
};

/** Scores become what a share `level` of the labels is below (Koenker and Bassett, 1978). */
export function quantileLoss(level: number): Loss {
  return {
    start: (labels, rows) =>
      quantileOf(
        Float64Array.from(rows, (row) => labels[row] ?? 0),
        level,
      ),
    differentiate({ labels, scores, gradients, curvatures }, rows) {
      for (const row of rows) {
        gradients[row] = (labels[row] ?? 0) > (scores[row] ?? 0) ? -level : 1 - level;
        curvatures[row] = 1;
      }
    },
    leafValue: ({ labels, scores }, rows) =>
      quantileOf(
        Float64Array.from(rows, (row) => (labels[row] ?? 0) - (scores[row] ?? 0)),
        level,
      ),
  };
}

/** The probability of a score of `LOGISTIC`. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function meanOf(labels: Float64Array, rows: Int32Array): number {
  let mean = 0;
  for (let index = 0; index < rows.length; index++) {
    mean += ((labels[rows[index] ?? 0] ?? 0) - mean) / (index + 1);
  }
  return mean;
}
