import type { TrainingProgress } from '../scorer.js';
import { binColumns } from '../trees/bin-columns.js';
import { scoreOf, type TreeEnsemble } from '../trees/tree.js';
import { FOLDS } from './folds.js';
import type { Learner } from './learner.js';
import { readRow, type TrainingTable } from './training-table.js';

export interface CrossFitTask {
  readonly table: TrainingTable;
  /** One a row; NaN: not known, and not learnt from. */
  readonly labels: Float64Array;
  /** The part of each row; see `dealIntoFolds`. */
  readonly folds: Int32Array;
  readonly learner: Learner;
  readonly seed: number;
  /** What the fit is for, in reports of progress. */
  readonly stage: TrainingProgress['stage'];
}

export interface CrossFit {
  /** One for each part, learnt from the others. Their mean is the model (Barber et al., "Jackknife+", CV+, 2021). */
  readonly ensembles: readonly TreeEnsemble[];
  /** One a row with a label: its score by trees that have not seen its part. */
  readonly heldOut: Float64Array;
}

/** Learns once for each part held out. */
export function* crossFit(task: CrossFitTask): Generator<TrainingProgress, CrossFit, void> {
  const { table, labels, folds, learner, seed, stage } = task;
  const ensembles: TreeEnsemble[] = [];
  const heldOut = new Float64Array(labels.length).fill(Number.NaN);
  const total = FOLDS * learner.trees;
  for (let fold = 0; fold < FOLDS; fold++) {
    const rows = rowsWhere(labels, (row) => folds[row] !== fold);
    const data = binColumns(table.columns, rows);
    const learning = learner.fit({ data, labels, rows }, seed + fold);
    let step = learning.next();
    for (; step.done !== true; step = learning.next())
      yield { stage, done: fold * learner.trees + step.value, total };
    ensembles.push(step.value);
    scoreRows(
      step.value,
      table,
      rowsWhere(labels, (row) => folds[row] === fold),
      heldOut,
    );
  }
  return { ensembles, heldOut };
}

/** The mean score of the ensembles. */
export function meanScore(ensembles: readonly TreeEnsemble[], row: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < ensembles.length; index++) {
    const ensemble = ensembles[index];
    if (ensemble !== undefined) sum += scoreOf(ensemble, row);
  }
  return sum / ensembles.length;
}

function scoreRows(
  ensemble: TreeEnsemble,
  table: TrainingTable,
  rows: Int32Array,
  scores: Float64Array,
): void {
  const columns = new Float64Array(table.columns.length);
  for (const row of rows) {
    readRow(table, row, columns);
    scores[row] = scoreOf(ensemble, columns);
  }
}

function rowsWhere(labels: Float64Array, isWanted: (row: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    if (!Number.isNaN(labels[row]) && isWanted(row)) rows.push(row);
  }
  return Int32Array.from(rows);
}
