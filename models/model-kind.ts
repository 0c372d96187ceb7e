import type { z } from 'zod';
import type { OpenOnnx } from './imported/onnx-session.js';
import type { OutputShape, Scorer, TrainingProgress, TrainingRun } from './scorer.js';

/**
 * What each kind of model gives to those that run models: one constant of this type in `models/KIND/KIND-kind.ts`
 * (`models/failure/failure-kind.ts`). What a model file, its artefact and its history have in common is not known here.
 */
export type ModelKind<Settings = unknown, Artefact = unknown> =
  | OnlineKind<Settings>
  | TrainedKind<Settings, Artefact>
  | FileKind<Settings, Artefact>;

interface KindOf<Settings, Artefact> {
  /** The word for `kind` in model files. */
  readonly name: string;
  /** The keys that a model file of this kind has besides those that all kinds have. */
  readonly settings: z.ZodType<Settings> & { readonly shape: z.core.$ZodShape };
  /** What is wrong with settings that are right each by itself, such as a name that is no feature. Empty: nothing. */
  check(settings: Settings, features: readonly string[]): readonly SettingsIssue[];
  /** Known before there is an artefact, but for models made from files. */
  outputs(settings: Settings, artefact: Artefact | null): readonly OutputShape[];
  /** A scorer for one instance, at the beginning of its life. */
  createScorer(setup: ScorerSetup<Settings, Artefact>): Scorer;
}

/** Learns while it scores, and from nothing else. */
export interface OnlineKind<Settings> extends KindOf<Settings, never> {
  readonly source: 'online';
}

/** Learns from history in a training run; what comes of that is its artefact. */
export interface TrainedKind<Settings, Artefact> extends KindOf<Settings, Artefact> {
  readonly source: 'training';
  /**
   * Fits, validates and calibrates. The caller may stop between any two steps; steps are some milliseconds to a second.
   * The same request gives the same steps and an artefact with the same JSON text.
   */
  train(
    request: TrainingRequest<Settings, Artefact>,
  ): Generator<TrainingProgress, TrainingOutcome<Artefact>, void>;
  /** The measures of an artefact on runs that it has not seen. The first is the one that versions are compared by. */
  evaluate(request: EvaluationRequest<Settings, Artefact>): readonly Metric[];
  /** The artefact out of what `JSON.parse` gave of its text; null: it is of another kind or made by another version. */
  readArtefact(value: unknown): Artefact | null;
}

/** Learnt elsewhere: its artefact is what a file holds. */
export interface FileKind<Settings, Artefact> extends KindOf<Settings, Artefact> {
  readonly source: 'file';
  /** The name of the file, beside the model file. */
  fileOf(settings: Settings): string;
  readFile(file: ModelFile, settings: Settings, features: readonly string[]): FileOutcome<Artefact>;
}

/** `{ path: ['age', 'feature'], message: 'is no feature of this model.' }` */
export interface SettingsIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything that a scorer depends on besides its rows. */
export interface ScorerSetup<Settings, Artefact> {
  readonly settings: Settings;
  /** The names of the features, in the order of the rows. */
  readonly features: readonly string[];
  /** Whose life is scored: label values in `groupBy` order, as in `TrainingRun`. */
  readonly instance: readonly string[];
  /** null: there is none yet. */
  readonly artefact: Artefact | null;
  /** From this time on the artefact is made from data too old; Infinity: never. */
  readonly staleFrom: number;
  readonly seed: number;
}

export interface TrainingRequest<Settings, Artefact> {
  readonly settings: Settings;
  readonly features: readonly string[];
  /** In an order that depends on nothing but the runs: instances by code points, then time. */
  readonly runs: readonly TrainingRun[];
  /** Where the history ends: failures later than this are not known. Whole milliseconds. */
  readonly until: number;
  readonly seed: number;
  /** The version in use, and where the history that it learnt from ended; null: there is none. */
  readonly previous: { readonly artefact: Artefact; readonly until: number } | null;
}

export interface EvaluationRequest<Settings, Artefact> {
  readonly settings: Settings;
  readonly features: readonly string[];
  readonly artefact: Artefact;
  readonly runs: readonly TrainingRun[];
  readonly until: number;
  /** How long before a failure an alarm counts as foresight, in ms: for kinds that do not say it themselves. */
  readonly leadMs: number;
}

/** A row of the table that `train` and `evaluate` print. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** What the trivial predictor comes to on the same rows; null: none has this measure. */
  readonly baseline: number | null;
  readonly better: 'lower' | 'higher';
}

export type TrainingOutcome<Artefact> =
  | {
      readonly kind: 'trained';
      readonly artefact: Artefact;
      /** On rows held out from the fit. The first is the one that versions are compared by. */
      readonly metrics: readonly Metric[];
      /** The first metric of this version and of the previous one, on the same rows, which neither has learnt from. */
      readonly comparison: { readonly own: number; readonly previous: number } | null;
      /** What people should know of it besides. */
      readonly notes?: readonly string[];
    }
  /** Nothing worth keeping came of it: too few failures, or no better than the trivial predictor. */
  | { readonly kind: 'refused'; readonly reason: string; readonly metrics: readonly Metric[] };

/** A file beside the model file. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The text of `FILE.golden.json`; null: there is none. */
  readonly golden: string | null;
  /** Opens graphs that are not read here; null: nothing is installed that does. */
  readonly openOnnx: OpenOnnx | null;
}

export type FileOutcome<Artefact> =
  | { readonly kind: 'read'; readonly artefact: Artefact }
  | { readonly kind: 'refused'; readonly reason: string };
