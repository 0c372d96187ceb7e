import { encodedFeatures, encodeRow } from '../features/encode-row.js';
import { type FeatureSpace, readSignals, signalCount } from '../features/feature-space.js';
import { type WearIndex, WearSums } from '../features/wear-index.js';
import type { TrainingProgress } from '../scorer.js';
import { FOLDS } from './folds.js';
import type { Life } from './lives.js';
import { strideOf } from './training-table.js';

export interface IndexTask {
  readonly lives: readonly Life[];
  /** Without an index. */
  readonly space: FeatureSpace;
  /** What goes with a row of a life; NaN: not known. */
  readonly labelOf: (life: number, place: number) => number;
  /** The part of each life; see `dealIntoFolds`. */
  readonly foldOfLife: readonly number[];
}

export interface LearntIndex {
  /** For scoring: from all lives. */
  readonly index: WearIndex;
  /** For the table of the training, by part: from the lives of the others, so that no row has an index that knows its label. */
  readonly byFold: readonly WearIndex[];
}

/** Rows between two reports of progress. */
const ROWS_PER_STEP = 2000;

/** Fits an index to the rows of lives (stacking; Wolpert, "Stacked generalization", 1992). */
export function* learnIndex(task: IndexTask): Generator<TrainingProgress, LearntIndex, void> {
  const { lives, labelOf, foldOfLife } = task;
  const centres = yield* means(task);
  const sums = new WearSums(centres, FOLDS);
  for (const { life, place, signals } of rowsOf(task)) {
    sums.add(foldOfLife[life] ?? 0, signals, labelOf(life, place));
    if (place % ROWS_PER_STEP === 0) yield { stage: 'features', done: life, total: lives.length };
  }
  const byFold = Array.from({ length: FOLDS }, (_, fold) => sums.index(fold));
  return { index: sums.index(null), byFold };
}

function* means(task: IndexTask): Generator<TrainingProgress, Float64Array, void> {
  const centres = new Float64Array(signalCount(task.space));
  const counts = new Float64Array(centres.length);
  for (const { life, place, signals } of rowsOf(task)) {
    signals.forEach((value, signal) => {
      if (!Number.isFinite(value)) return;
      const count = (counts[signal] ?? 0) + 1;
      counts[signal] = count;
      centres[signal] = (centres[signal] ?? 0) + (value - (centres[signal] ?? 0)) / count;
    });
    if (place % ROWS_PER_STEP === 0) yield { stage: 'features', done: life, total: task.lives.length };
  }
  return centres;
}

/** The signals of the rows that are learnt from, one after the other; the list is written over by the next. */
function* rowsOf({
  lives,
  space,
}: IndexTask): Generator<{ readonly life: number; readonly place: number; readonly signals: Float64Array }> {
  const stride = strideOf(lives);
  const signals = new Float64Array(signalCount(space));
  const encoded = new Float64Array(encodedFeatures(space.encoding).length);
  for (const [life, { rows }] of lives.entries()) {
    for (let place = (rows.length - 1) % stride; place < rows.length; place += stride) {
      encodeRow(space.encoding, rows[place] ?? [], encoded);
      readSignals(space, encoded, signals);
      yield { life, place, signals };
    }
  }
}
