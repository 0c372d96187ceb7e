/** Measures of probabilities, worked out by hand, and the calibration that makes probabilities of scores. */
import { expect, test } from 'vitest';
import { calibrate, calibrated } from '../../../models/failure/calibration.js';
import { bestThreshold, failureMetrics } from '../../../models/failure/failure-metrics.js';
import { seededRandom } from '../../seeded-random.js';

const results = {
  probabilities: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.1),
  labels: Float64Array.of(1, 0, 1, 0, 1),
};

test('the table', () => {
  const values = new Map(
    failureMetrics(results).map(({ name, value, baseline }) => [name, [value, baseline]]),
  );
  const logLoss = -(Math.log(0.9) + Math.log(0.2) + Math.log(0.8) + Math.log(0.5) + Math.log(0.1)) / 5;
  expect(values.get('log loss')?.[0]).toBeCloseTo(logLoss, 12);
  expect(values.get('log loss')?.[1]).toBeCloseTo(-(0.6 * Math.log(0.6) + 0.4 * Math.log(0.4)), 12);
  expect(values.get('brier')?.[0]).toBeCloseTo((0.01 + 0.64 + 0.04 + 0.25 + 0.81) / 5, 12);
  // One of one, then two of three (equal probabilities are one step), then three of five.
  expect(values.get('average precision')?.[0]).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
  expect(values.get('F1')?.[0]).toBeCloseTo(0.75, 12);
  expect(values.get('F1')?.[1]).toBeCloseTo(0.75, 12);
});

test('the best threshold is a probability that occurs', () => {
  expect(bestThreshold(results)).toEqual({ f1: 0.75, threshold: 0.1, precision: 0.6, recall: 1 });
  const clear = { probabilities: Float64Array.of(0.3, 0.2, 0.1), labels: Float64Array.of(1, 0, 0) };
  expect(bestThreshold(clear)).toEqual({ f1: 1, threshold: 0.3, precision: 1, recall: 1 });
});

test('calibration makes overconfident scores right', () => {
  const random = seededRandom(9);
  const truth = Float64Array.from({ length: 4000 }, () => 4 * random() - 2);
  const labels = truth.map((score) => (random() < 1 / (1 + Math.exp(-score)) ? 1 : 0));
  const calibration = calibrate(
    truth.map((score) => 3 * score + 1),
    labels,
  );
  expect(calibration.slope).toBeCloseTo(1 / 3, 1);
  expect(calibrated(calibration, 1)).toBeCloseTo(0.5, 1);
});

test.each([
  ['scores that are all alike', [2, 2, 2, 2], [0, 1, 1, 1]],
  ['scores that part the labels entirely', [-5, -4, 4, 5], [0, 0, 1, 1]],
  ['labels that are all alike', [-1, 0, 1, 2], [0, 0, 0, 0]],
])('%s: probabilities within 0 and 1, rising with the score', (_, scores, labels) => {
  const calibration = calibrate(Float64Array.from(scores), Float64Array.from(labels));
  const [low, high] = [calibrated(calibration, -5), calibrated(calibration, 5)];
  expect(low).toBeGreaterThanOrEqual(0);
  expect(high).toBeLessThanOrEqual(1);
  expect(calibrated(calibration, Number(scores[0]))).not.toBeNaN();
});
