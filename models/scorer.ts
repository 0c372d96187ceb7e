import type { Scalar } from '../rules/reading.js';
import type { MarkEvent } from '../rules/supply.js';

export type { MarkEvent };

/** One feature vector: the values of a model's features at one instant, in the order of the model file; `null` is unknown. */
export type FeatureRow = readonly (Scalar | null)[];

/**
 * How far an output can be trusted. `ok`: as validated. `warmup`: still learning what is normal. `untrained`: no artefact.
 * `stale`: made from data too old. `drifted`: the data no longer look like those of the training. `range`: a feature is
 * outside what the training saw. With any but `ok` every output is unknown, save those that say how far the warm-up is.
 */
export type Quality = 'ok' | 'warmup' | 'untrained' | 'stale' | 'drifted' | 'range';

/** The outputs of one scoring, in the order of `Scorer.outputs`; `null` is unknown. Reused by the next scoring. */
export interface Score {
  quality: Quality;
  readonly outputs: (Scalar | null)[];
}

/** What the outputs of a kind of model are called and of which kind they are. */
export interface OutputShape {
  readonly name: string;
  readonly kind: 'number' | 'boolean' | 'string';
}

/**
 * A model at work for one instance: a pure fold over feature rows. The same rows at the same times give the same scores;
 * a score never depends on what comes later. Memory is bounded whatever the number of rows.
 */
export interface Scorer {
  readonly outputs: readonly OutputShape[];
  /** Scores one row. `time` in whole milliseconds, never going back; the row is not kept. Never throws, never gives NaN. */
  score(time: number, row: FeatureRow): Score;
  /** Somebody marked this instance: what was worn may be new. At a time not before that of the row before. */
  mark(time: number, event: MarkEvent): void;
  /** Everything that `load` needs to go on as if nothing had happened: values that `structuredClone` takes. */
  save(): unknown;
  /** Takes the place of everything so far; for a scorer made with the same settings. */
  load(state: unknown): void;
}

export interface Mark {
  readonly time: number;
  readonly event: MarkEvent;
}

/** One stretch of one instance's life, rows in order of time: what training learns from. */
export interface TrainingRun {
  /** The instance: label values in `groupBy` order. Runs of one instance are held out together. */
  readonly instance: readonly string[];
  /** Whole milliseconds, ascending, one a row. */
  readonly times: Float64Array;
  readonly rows: readonly FeatureRow[];
  /** When marks of this instance say it failed or was maintained, ascending. */
  readonly marks: readonly Mark[];
}

/** How far a training is: what `train` shows. A training is a generator of these, so that its caller can stop it. */
export interface TrainingProgress {
  readonly stage: 'features' | 'fit' | 'validate' | 'calibrate';
  readonly done: number;
  readonly total: number;
}
