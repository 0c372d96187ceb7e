import { quantileOf } from '../trees/quantile.js';

/** How far off lives were when about so much was predicted, on machines held out: true less predicted. */
export interface LifeErrors {
  /** Predictions up to this. */
  readonly upTo: number;
  readonly low: number;
  readonly high: number;
}

/** The interval holds so many of the true lives. */
export const COVERAGE = 0.9;
/** Predictions are parted into about so many stretches: errors are small near the end, and large far from it. */
const STRETCHES = 10;
/** No stretch has fewer rows. */
const ROWS_MIN = 50;

/**
 * Conformal intervals from predictions held out, a quantile of the errors for each stretch of predictions (Vovk,
 * "Mondrian confidence machine", 2003).
 */
export function learnErrors(predicted: Float64Array, labels: Float64Array): LifeErrors[] {
  const known = Int32Array.from(predicted.keys()).filter((row) => !Number.isNaN(labels[row]));
  const order = known.sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0) || a - b);
  const stretches = Math.max(1, Math.min(STRETCHES, Math.floor(order.length / ROWS_MIN)));
  return Array.from({ length: stretches }, (_, index) => {
    const end = Math.floor(((index + 1) * order.length) / stretches);
    const rows = order.subarray(Math.floor((index * order.length) / stretches), end);
    const errors = () => Float64Array.from(rows, (row) => (labels[row] ?? 0) - (predicted[row] ?? 0));
    return {
      upTo: predicted[rows.at(-1) ?? 0] ?? 0,
      low: quantileOf(errors(), (1 - COVERAGE) / 2),
      high: quantileOf(errors(), (1 + COVERAGE) / 2),
    };
  });
}

/** Of the stretch that a prediction is in; the last goes on. */
export function errorsAt(errors: readonly LifeErrors[], predicted: number): LifeErrors {
  return (
    errors.find(({ upTo }) => predicted <= upTo) ?? errors.at(-1) ?? { upTo: predicted, low: 0, high: 0 }
  );
}
