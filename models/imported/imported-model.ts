import type { Scalar } from '../../rules/reading.js';
import type { OutputShape } from '../scorer.js';

/** A model out of a file, ready to be asked. */
export interface ImportedModel {
  /** How many numbers a row has. */
  readonly width: number;
  readonly outputs: readonly OutputShape[];
  /** The file says what to do with unknown numbers (NaN). */
  readonly takesUnknown: boolean;
  /** One value an output. The array is reused by the next call. */
  evaluate(row: Float64Array): readonly Scalar[];
}

/** The file is not what it should be, or has something in it that is not read here. Caught where files are read. */
export class ModelFileError extends Error {}
