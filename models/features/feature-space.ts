import { learnRegimes, type Regimes, standardize } from '../regimes/regimes.js';
import type { FeatureRow } from '../scorer.js';
import { encodedFeatures, encodeRow, learnEncoding, measuredCount, type RowEncoding } from './encode-row.js';
import { HISTORY_COLUMNS } from './row-history.js';
import { signalPairs } from './signal-pairs.js';
import { type WearIndex, wearOf } from './wear-index.js';

/**
 * What trees are shown of a row. `row`: its numbers. `pairs`: also products, quotients and differences of two of them.
 * `history`: what each did lately in this life, and the age.
 */
export type FeaturePlan = 'row' | 'pairs' | 'history';

/** From the rows of a model to the columns of its trees: learnt once, part of the artefact, the same in all scoring. */
export interface FeatureSpace {
  readonly encoding: RowEncoding;
  /** null: the model names no set-points. */
  readonly regimes: Regimes | null;
  readonly plan: FeaturePlan;
  /** One more signal, made of all others; null: there is none. Only of the plan `history`. */
  readonly index: WearIndex | null;
}

/** Rows that regimes are learnt from, at most. */
const ROWS_LOOKED_AT = 20_000;

/**
 * @param rows all that the training has
 * @param setPoints places of the features that tell regimes apart
 */
export function learnSpace(
  rows: readonly FeatureRow[],
  width: number,
  setPoints: readonly number[],
  plan: FeaturePlan,
): FeatureSpace {
  const encoding = learnEncoding(rows, width);
  const features = encodedFeatures(encoding);
  const places = setPoints.map((feature) => features.indexOf(feature)).filter((place) => place >= 0);
  if (places.length === 0) return { encoding, regimes: null, plan, index: null };
  const stride = Math.max(1, Math.ceil(rows.length / ROWS_LOOKED_AT));
  const encoded = rows
    .filter((_, index) => index % stride === 0)
    .map((row) => {
      const numbers = new Float64Array(features.length);
      encodeRow(encoding, row, numbers);
      return numbers.subarray(0, measuredCount(encoding));
    });
  return { encoding, regimes: learnRegimes(encoded, places), plan, index: null };
}

/** How many signals have a history: what is measured, and the index of it. */
export function signalCount({ encoding, index }: FeatureSpace): number {
  return measuredCount(encoding) + (index === null ? 0 : 1);
}

/** Writes the signals of an encoded row: what is measured, compared within its regime, and the index of that. */
export function readSignals(
  { encoding, regimes, index }: FeatureSpace,
  encoded: Float64Array,
  signals: Float64Array,
): void {
  const width = measuredCount(encoding);
  const measured = encoded.subarray(0, width);
  if (regimes === null) signals.set(measured);
  else standardize(regimes, measured, signals);
  if (index !== null) signals[width] = wearOf(index, signals);
}

/** The features behind each column: one, two of pairs, all of an index, none of the age. */
export function columnSources({ encoding, plan, index }: FeatureSpace): readonly (readonly number[])[] {
  const features = encodedFeatures(encoding);
  const measured = features.slice(0, measuredCount(encoding));
  const single = (feature: number) => [feature];
  switch (plan) {
    case 'row':
      return features.map(single);
    case 'pairs': {
      const pairs = signalPairs(measured.length);
      const sources = pairs.map(({ first, second }) => [measured[first] ?? 0, measured[second] ?? 0]);
      return [...features.map(single), ...sources];
    }
    case 'history': {
      const history = measured.flatMap((feature) => HISTORY_COLUMNS.map(() => [feature]));
      const ofIndex = index === null ? [] : HISTORY_COLUMNS.map(() => measured);
      return [...history, ...ofIndex, ...features.slice(measured.length).map(single), []];
    }
  }
}
