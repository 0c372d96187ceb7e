import { baggingLearner, boostingLearner, type Learner } from '../learning/learner.js';
import { LOGISTIC } from '../trees/loss.js';

/** `boosted`: many small steps, for wear that builds up. `bagged`: the mean of large trees, for sharp limits. */
export type FailureMethod = 'boosted' | 'bagged';

export type FailureLearners = Readonly<Record<FailureMethod, Learner>>;

/** A share of trees that all agree is taken for this much doubt. */
const DOUBT = 0.002;

/** Chosen by cross-validation; see docs/models/failure.md. */
export const FAILURE_LEARNERS: FailureLearners = {
  boosted: boostingLearner(LOGISTIC, {
    trees: 300,
    learningRate: 0.05,
    leavesMax: 15,
    rowsPerLeaf: 5,
    shrinkage: 1,
    rowShare: 0.7,
    columnShare: 0.8,
  }),
  bagged: baggingLearner({
    trees: 60,
    leavesMax: 16,
    rowsPerLeaf: 2,
    shrinkage: 0,
    rowShare: 0.7,
    columnShare: 1,
  }),
};

/** Scores of boosted trees are logarithms of odds, those of bagged trees are shares. */
export function logOddsOf(method: FailureMethod, score: number): number {
  if (method === 'boosted') return score;
  const share = Math.max(DOUBT, Math.min(1 - DOUBT, score));
  return Math.log(share / (1 - share));
}
