import type { Metric } from '../model-kind.js';
import { mean } from '../regimes/spread.js';

/** Probabilities, and what was true (0 or 1); one a row. */
export interface FailureResults {
  readonly probabilities: Float64Array;
  readonly labels: Float64Array;
}

/** The table that `train` and `evaluate` print; the trivial predictor gives every row the share of failures. */
export function failureMetrics(results: FailureResults): Metric[] {
  const { labels, probabilities } = results;
  const share = mean(labels);
  const trivial = { labels, probabilities: new Float64Array(labels.length).fill(share) };
  const best = bestThreshold(results);
  // Warning of everything finds all failures, with as many right as there are.
  const always = (2 * share) / (1 + share);
  const brier = (one: FailureResults) => meanOver(one, (p, label) => (p - label) ** 2);
  return [
    { name: 'log loss', value: logLoss(results), baseline: logLoss(trivial), better: 'lower' },
    { name: 'brier', value: brier(results), baseline: brier(trivial), better: 'lower' },
    {
      name: 'average precision',
      value: averagePrecision({ labels, probabilities }),
      baseline: share,
      better: 'higher',
    },
    { name: 'F1', value: best.f1, baseline: always, better: 'higher' },
    { name: 'probability at that F1', value: best.threshold, baseline: null, better: 'higher' },
    { name: 'precision at that F1', value: best.precision, baseline: share, better: 'higher' },
    { name: 'recall at that F1', value: best.recall, baseline: null, better: 'higher' },
  ];
}

/** The mean surprise at what was true: lower is better, and only right probabilities make it lowest. */
export function logLoss(results: FailureResults): number {
  const surprise = (probability: number) => -Math.log(Math.max(probability, 1e-12));
  return meanOver(results, (p, label) => (label === 1 ? surprise(p) : surprise(1 - p)));
}

export interface BestThreshold {
  readonly f1: number;
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/** What F1 comes to when rows from some probability on count as failures, at its best. */
export function bestThreshold(results: FailureResults): BestThreshold {
  let best = { f1: 0, threshold: 1, precision: 0, recall: 0 };
  for (const { found, warned, failures, probability } of byThreshold(results)) {
    const f1 = (2 * found) / (warned + failures);
    if (f1 > best.f1)
      best = { f1, threshold: probability, precision: found / warned, recall: found / failures };
  }
  return best;
}

function averagePrecision(results: FailureResults): number {
  let sum = 0;
  let before = 0;
  for (const { found, warned, failures } of byThreshold(results)) {
    sum += ((found - before) * found) / (warned * failures);
    before = found;
  }
  return sum;
}

/** For each probability that occurs, highest first: the rows with it or a higher one, and how many of them failed. */
function byThreshold({ probabilities, labels }: FailureResults) {
  const order = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
  );
  const failures = labels.reduce((sum, label) => sum + label, 0);
  const thresholds: { probability: number; found: number; warned: number; failures: number }[] = [];
  let found = 0;
  order.forEach((row, index) => {
    found += labels[row] ?? 0;
    const probability = probabilities[row] ?? 0;
    if (probability !== probabilities[order[index + 1] ?? -1]) {
      thresholds.push({ probability, found, warned: index + 1, failures });
    }
  });
  return thresholds;
}

function meanOver(
  { probabilities, labels }: FailureResults,
  of: (probability: number, label: number) => number,
): number {
  return mean(probabilities.map((probability, row) => of(probability, labels[row] ?? 0)));
}
