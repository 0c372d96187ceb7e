import { columnSources, type FeaturePlan, type FeatureSpace } from '../features/feature-space.js';
import { LONG } from '../features/row-history.js';
import { crossFit } from '../learning/cross-fit.js';
import type { Learner } from '../learning/learner.js';
import type { Life } from '../learning/lives.js';
import { buildTable, type TrainingTable } from '../learning/training-table.js';
import type { TrainingProgress } from '../scorer.js';
import { quantileOf } from '../trees/quantile.js';
import type { TreeEnsemble } from '../trees/tree.js';
import { type Calibration, calibrate, calibrated } from './calibration.js';
import { failureLabels } from './failure-labels.js';
import { type FailureMethod, logOddsOf } from './failure-method.js';
import type { FailureResults } from './failure-metrics.js';

/** Lives as trees see them by one plan, what was true of each row, and with which others it is held out. */
export interface Study {
  readonly space: FeatureSpace;
  readonly table: TrainingTable;
  /** 1: a failure came within the horizon; 0: none; NaN: not known. */
  readonly labels: Float64Array;
  readonly folds: Int32Array;
}

/** @param foldOfLife the part of each life */
export function* prepare(
  space: FeatureSpace,
  horizonMs: number,
  lives: readonly Life[],
  foldOfLife: readonly number[],
): Generator<TrainingProgress, Study, void> {
  const table = yield* buildTable(lives, space, { kind: 'seconds' });
  const labels = failureLabels(lives, table, horizonMs);
  return { space, table, labels, folds: table.life.map((life) => foldOfLife[life] ?? 0) };
}

export interface StudyFit {
  readonly method: FailureMethod;
  readonly ensembles: readonly TreeEnsemble[];
  readonly calibration: Calibration;
  /** Of the rows with a label, by trees that have not seen them. */
  readonly results: FailureResults;
}

/** Learns by one method, and turns scores held out into probabilities. */
export function* fitStudy(
  { table, labels, folds }: Study,
  method: FailureMethod,
  learner: Learner,
  seed: number,
): Generator<TrainingProgress, StudyFit, void> {
  const fit = yield* crossFit({ table, labels, folds, learner, seed, stage: 'fit' });
  const isKnown = (_: number, row: number) => !Number.isNaN(labels[row]);
  const scores = fit.heldOut.filter(isKnown).map((score) => logOddsOf(method, score));
  const known = labels.filter(isKnown);
  const calibration = calibrate(scores, known);
  const probabilities = scores.map((score) => calibrated(calibration, score));
  return { method, ensembles: fit.ensembles, calibration, results: { probabilities, labels: known } };
}

/** From the simplest. Those that cannot tell more than simpler ones are left out. */
export function plansFor(space: FeatureSpace, lives: readonly Life[]): FeaturePlan[] {
  const plans: FeaturePlan[] = ['row'];
  const width = (plan: FeaturePlan) => columnSources({ ...space, plan }).length;
  if (width('pairs') > width('row')) plans.push('pairs');
  const lengths = Float64Array.from(lives, ({ rows }) => rows.length);
  if (quantileOf(lengths, 0.5) >= LONG) plans.push('history');
  return plans;
}
