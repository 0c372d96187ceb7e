import { join } from 'node:path';
import { ai4iProducts, probabilitiesHeldOut, RAW_MODEL } from '../ai4i/ai4i-benchmark.js';
import { type Plot, type Point, ticksAt } from './plot-svg.js';

/** Of a failure, from sure that there is none to sure that there is one: thresholds at which a rule may warn. */
const THRESHOLDS = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** What a rule with a threshold on `probability` finds, and how many of its warnings are right. */
export async function failureThresholdPlot(data: string): Promise<Plot> {
  const { probabilities, labels } = await probabilitiesHeldOut(RAW_MODEL, ai4iProducts(join(data, 'ai4i')));
  const failures = labels.reduce((sum, label) => sum + label, 0);
  const at = THRESHOLDS.map((threshold) => {
    const warned = labels.filter((_, row) => (probabilities[row] ?? 0) >= threshold);
    const found = warned.reduce((sum, label) => sum + label, 0);
    return { threshold, found: (100 * found) / failures, right: (100 * found) / Math.max(1, warned.length) };
  });
  const line = (of: (one: (typeof at)[number]) => number) => at.map((one): Point => [one.threshold, of(one)]);
  return {
    title:
      'A milling machine: the share of failures found and of warnings that are right, by the threshold on the probability',
    x: { name: 'threshold on probability', from: 0, to: 1, ticks: ticksAt(0, 0.25, 0.5, 0.75, 1) },
    y: { name: '%', from: 0, to: 100, ticks: ticksAt(0, 25, 50, 75, 100) },
    marks: [
      { kind: 'line', points: line(({ found }) => found), colour: 'blue', name: 'failures found' },
      { kind: 'line', points: line(({ right }) => right), colour: 'green', name: 'warnings that are right' },
    ],
  };
}
