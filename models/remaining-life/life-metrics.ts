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
  const within = `share within low and high (${COVERAGE} is right)`;
  return [
    { name: 'rmse', value: rmse(predicted, labels), baseline: rmse(trivial, labels), better: 'lower' },
    { name: 'mae', value: mae(predicted, labels), baseline: mae(trivial, labels), better: 'lower' },
    { name: within, value: coverageOf(results), baseline: null, better: 'higher' },
  ];
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
