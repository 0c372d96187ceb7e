import type { FeatureRow } from '../scorer.js';

/** What the training saw of one feature, and so how it becomes numbers. */
export type FeatureEncoding =
  | {
      /** Numbers, and booleans as 0 and 1. */
      readonly kind: 'number';
      /** Numbers within are in range. */
      readonly low: number;
      readonly high: number;
      readonly mayMiss: boolean;
    }
  | {
      /** One number a text: 1 if it is that. */
      readonly kind: 'text';
      readonly texts: readonly string[];
      /** There were more texts than these, all alike to the model. */
      readonly hasOthers: boolean;
      readonly mayMiss: boolean;
    }
  /** Always the same, or never known: it says nothing, and is not looked at. */
  | { readonly kind: 'constant' };

/** One encoding a feature. Encoded rows have the numbers first, in the order of the features, then the texts. */
export type RowEncoding = readonly FeatureEncoding[];

/** Texts of one feature that get a number of their own, the most frequent first. */
const TEXTS_MAX = 12;

/**
 * So far beyond what the training saw, as a share of its range and of its largest number, a number is not believed: another
 * unit, a broken sensor. Machines that wear out go a little beyond what was seen, just when it matters.
 */
const RANGE_MARGIN = 0.5;
const SIZE_MARGIN = 0.05;

/** The feature behind each number of an encoded row. */
export function encodedFeatures(encoding: RowEncoding): number[] {
  const numbers = encoding.flatMap(({ kind }, index) => (kind === 'number' ? [index] : []));
  const texts = encoding.flatMap((it, index) => (it.kind === 'text' ? it.texts.map(() => index) : []));
  return [...numbers, ...texts];
}

/** How many numbers of an encoded row are measured: the first. */
export function measuredCount(encoding: RowEncoding): number {
  return encoding.filter(({ kind }) => kind === 'number').length;
}

/**
 * Writes a row as numbers, NaN for what is unknown or out of range: that must not linger in windows.
 *
 * @returns whether all of it is such as the training saw
 */
export function encodeRow(encoding: RowEncoding, row: FeatureRow, encoded: Float64Array): boolean {
  let isInRange = true;
  let nextNumber = 0;
  let nextText = measuredCount(encoding);
  for (let index = 0; index < encoding.length; index++) {
    const feature = encoding[index];
    const value = row[index] ?? null;
    if (feature === undefined || feature.kind === 'constant') continue;
    if (feature.kind === 'number') {
      const number = numberOf(value);
      const isBelieved = number >= feature.low && number <= feature.high;
      encoded[nextNumber++] = isBelieved ? number : Number.NaN;
      isInRange &&= isBelieved || (value === null && feature.mayMiss);
      continue;
    }
    for (const text of feature.texts)
      encoded[nextText++] = value === null ? Number.NaN : Number(value === text);
    isInRange &&=
      value === null ? feature.mayMiss : feature.hasOthers || feature.texts.includes(String(value));
  }
  return isInRange;
}

/** Learns an encoding from rows of so many features. A feature that was ever a text is one. */
export function learnEncoding(rows: Iterable<FeatureRow>, width: number): RowEncoding {
  const seen = Array.from({ length: width }, () => new SeenFeature());
  for (const row of rows) {
    for (let index = 0; index < width; index++) seen[index]?.see(row[index] ?? null);
  }
  return seen.map((feature) => feature.encoding());
}

function numberOf(value: FeatureRow[number]): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return typeof value === 'boolean' ? Number(value) : Number.NaN;
}

/** What training rows had of one feature. */
class SeenFeature {
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #mayMiss = false;
  readonly #texts = new Map<string, number>();

  see(value: FeatureRow[number]): void {
    if (typeof value === 'string') {
      this.#texts.set(value, (this.#texts.get(value) ?? 0) + 1);
      return;
    }
    const number = numberOf(value);
    if (Number.isNaN(number)) this.#mayMiss = true;
    if (number < this.#low) this.#low = number;
    if (number > this.#high) this.#high = number;
  }

  encoding(): FeatureEncoding {
    const mayMiss = this.#mayMiss;
    if (this.#texts.size > 1) {
      const byCount = [...this.#texts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      const texts = byCount.slice(0, TEXTS_MAX).map(([text]) => text);
      return { kind: 'text', texts, hasOthers: this.#texts.size > TEXTS_MAX, mayMiss };
    }
    if (!(this.#low < this.#high)) return { kind: 'constant' };
    const size = Math.max(Math.abs(this.#low), Math.abs(this.#high));
    const margin = Math.max((this.#high - this.#low) * RANGE_MARGIN, size * SIZE_MARGIN);
    return { kind: 'number', low: finite(this.#low - margin), high: finite(this.#high + margin), mayMiss };
  }
}

/** Infinity has no place in JSON. */
function finite(bound: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, bound));
}
