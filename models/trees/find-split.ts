import { MISSING_BIN } from './bin-columns.js';
import { type Histogram, sumAt } from './histogram.js';

/** A way to part the rows of a node. */
export interface Split {
  /** How much better the fit gets. */
  readonly gain: number;
  readonly column: number;
  /** The last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
}

/** What a node is searched for. */
export interface SplitSearch {
  readonly histogram: Histogram;
  /** The columns in the histogram, and how many bins each has. */
  readonly columns: Int32Array;
  readonly binCounts: Int32Array;
  readonly gradients: number;
  readonly curvatures: number;
  /** How many rows stand behind a curvature of 1, about. */
  readonly rowsPerCurvature: number;
}

export interface SplitLimits {
  /** Each side has about as many rows. */
  readonly rowsPerLeaf: number;
  /** Added to the curvature: leaves with little evidence add less. */
  readonly shrinkage: number;
}

/** Gains below this are rounding. */
const GAIN_MIN = 1e-9;

/** The best split of a node, the first of equals; null: none is any good. */
export function findSplit(search: SplitSearch, limits: SplitLimits): Split | null {
  let best: Split | null = null;
  for (let place = 0; place < search.columns.length; place++) {
    for (const missingLeft of hasMissing(search, place) ? [false, true] : [false]) {
      best = betterSplit(search, limits, place, missingLeft, best);
    }
  }
  return best;
}

/** What a node adds as a leaf. */
export function leafValueOf(gradients: number, curvatures: number, shrinkage: number): number {
  return -gradients / (curvatures + shrinkage);
}

function hasMissing({ histogram, rowsPerCurvature }: SplitSearch, place: number): boolean {
  return (histogram[sumAt(place, MISSING_BIN) + 1] ?? 0) * rowsPerCurvature > 0.5;
}

function betterSplit(
  search: SplitSearch,
  limits: SplitLimits,
  place: number,
  missingLeft: boolean,
  before: Split | null,
): Split | null {
  const { histogram, gradients, curvatures } = search;
  const curvatureMin = limits.rowsPerLeaf / search.rowsPerCurvature;
  const { shrinkage } = limits;
  const alone = (gradients * gradients) / (curvatures + shrinkage);
  const missing = sumAt(place, MISSING_BIN);
  let left = missingLeft ? (histogram[missing] ?? 0) : 0;
  let leftCurvature = missingLeft ? (histogram[missing + 1] ?? 0) : 0;
  let gainBest = before?.gain ?? GAIN_MIN;
  let binBest = -1;
  const bins = search.binCounts[place] ?? 0;
  for (let bin = MISSING_BIN + 1; bin < bins - 1; bin++) {
    const at = sumAt(place, bin);
    left += histogram[at] ?? 0;
    leftCurvature += histogram[at + 1] ?? 0;
    if (leftCurvature < curvatureMin) continue;
    const rightCurvature = curvatures - leftCurvature;
    if (rightCurvature < curvatureMin) break;
    const right = gradients - left;
    const gain =
      (left * left) / (leftCurvature + shrinkage) + (right * right) / (rightCurvature + shrinkage) - alone;
    if (gain <= gainBest) continue;
    gainBest = gain;
    binBest = bin;
  }
  if (binBest < 0) return before;
  return { gain: gainBest, column: search.columns[place] ?? 0, bin: binBest, missingLeft };
}
