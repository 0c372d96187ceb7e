import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/** How a detector judges its latest reading. One object per detector, written over by the next reading. */
export interface Verdict {
  /**
   * `learning`: it does not know yet what is normal. `relearning`: it knew, but the readings have changed for good.
   * `unknown`: nothing can be said of this reading. With these the rest means nothing, but for `warmup`.
   */
  state: 'learning' | 'relearning' | 'unknown' | 'judged';
  /** Share of the warm-up that is done. */
  warmup: number;
  /** 0…1: the share of calm readings that are less odd. */
  score: number;
  isAnomalous: boolean;
  /** Index of the feature that is the oddest. */
  cause: number;
}

/**
 * Learns what is normal for one instance and judges its readings, with bounded memory. A pure fold: the verdict on a
 * reading depends on it and on those before.
 */
export interface Detector {
  /** @param values one per feature; NaN is unknown. Not kept. */
  judge(time: number, values: Float64Array): Verdict;
  save(writer: StateWriter): void;
  load(reader: StateReader): void;
}

export interface DetectorSettings {
  /** Readings that make a warm-up. */
  readonly warmUp: number;
  /** Share of calm readings that may be called anomalous. */
  readonly falseAlarmRate: number;
  /** Places of the features that say how the machine is run. */
  readonly setPoints: readonly number[];
}

/** Far from overflow even when squared and summed; farther out is as odd as can be. */
export function clamped(value: number): number {
  return Math.min(VALUE_MAX, Math.max(-VALUE_MAX, value));
}

const VALUE_MAX = 1e100;
