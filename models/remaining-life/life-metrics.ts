import type { Metric } from '../model-kind.js';
import { mean } from '../regimes/spread.js';
import { bounded } from './life-artefact.js';
import { COVERAGE, errorsAt, type LifeErrors } from './life-interval.js';

/** Predictions, what was true, and how old the machines were; one a row. */
export interface LifeResults {
  readonly predicted: Float64Array;
  readonly labels: Float64Array;
  readonly ages: Float64Array;
  readonly errors: readonly LifeErrors[];
  readonly longest: number;
}

/** The table that `train` and `evaluate` print. What it is compared with needs no model: `trivialLives`. */
export function lifeMetrics(results: LifeResults): Metric[] {
  const { predicted, labels } = results;
  const trivial = trivialLives(results);
  const within = `within low and high (${COVERAGE} is right)`;
  return [
    { name: 'rmse', value: rmse(predicted, labels), baseline: rmse(trivial, labels), better: 'lower' },
    { name: 'mae', value: mae(predicted, labels), baseline: mae(trivial, labels), better: 'lower' },
    { name: within, value: coverageOf(results), baseline: null, better: 'higher' },
  ];
}

/** So many cycles too early, and too late, multiply the penalty by e. */
const PHM_EARLY = 13;
const PHM_LATE = 10;

/**
 * The penalty of the PHM 2008 challenge, a row: to promise too much life costs more than to promise too little. For lives in
 * cycles, as its constants are (Saxena and others, "Damage propagation modeling for aircraft engine run-to-failure
 * simulation", 2008, which sums it over one row of each engine).
 */
export function phmMetric(results: LifeResults): Metric {
  const score = (predicted: Float64Array) =>
    mean(
      predicted.map((life, row) => {
        const late = life - (results.labels[row] ?? 0);
        return Math.exp(late < 0 ? -late / PHM_EARLY : late / PHM_LATE) - 1;
      }),
    );
  const baseline = score(trivialLives(results));
  return { name: 'PHM score a row', value: score(results.predicted), baseline, better: 'lower' };
}

export function rmse(predicted: Float64Array, labels: Float64Array): number {
  return Math.sqrt(mean(predicted.map((life, row) => (life - (labels[row] ?? 0)) ** 2)));
}

function mae(predicted: Float64Array, labels: Float64Array): number {
  return mean(predicted.map((life, row) => Math.abs(life - (labels[row] ?? 0))));
}

function coverageOf({ predicted, labels, errors, longest }: LifeResults): number {
  const isWithin = predicted.map((life, row) => {
    const { low, high } = errorsAt(errors, life);
    const label = labels[row] ?? 0;
    return Number(label >= bounded(life + low, longest) && label <= bounded(life + high, longest));
  });
  return mean(isWithin);
}

/** The better of two: always the mean; and what a mean machine of this age has left. */
function trivialLives({ labels, ages, longest }: LifeResults): Float64Array {
  const constant = new Float64Array(labels.length).fill(mean(labels));
  const whole = mean(labels.map((label, row) => label + (ages[row] ?? 0)));
  const byAge = ages.map((age) => bounded(whole - age, longest));
  return rmse(byAge, labels) < rmse(constant, labels) ? byAge : constant;
}
