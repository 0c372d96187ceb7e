/** Ten million readings through each kind of scorer that learns online: the heap stays where it was, and so does the state. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { anomalyKind } from '../../models/anomaly/anomaly-kind.js';
import type { Scorer } from '../../models/scorer.js';
import { trendKind } from '../../models/trend/trend-kind.js';
import { seededRandom } from '../seeded-random.js';

const READINGS = 10_000_000;
const KEPT_BYTES_MAX = 64 * 1024;
const HEAP_GROWTH_MAX = 2_000_000;
const SETUP = { instance: [], artefact: null, staleFrom: Number.POSITIVE_INFINITY, seed: 1 };

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

test.each<[string, number, (features: readonly string[]) => Scorer]>([
  [
    'anomaly, one signal',
    1,
    (features) => anomalyKind.createScorer({ ...SETUP, features, settings: anomalyKind.settings.parse({}) }),
  ],
  [
    'anomaly, a group',
    10,
    (features) => anomalyKind.createScorer({ ...SETUP, features, settings: anomalyKind.settings.parse({}) }),
  ],
  [
    'trend',
    1,
    (features) =>
      trendKind.createScorer({ ...SETUP, features, settings: trendKind.settings.parse({ limit: 100 }) }),
  ],
])('%s', { timeout: 600_000 }, (_, width, make) => {
  const features = Array.from({ length: width }, (_, index) => `f${index}`);
  const scorer = make(features);
  const random = seededRandom(1);
  const row = features.map(() => 0);
  const feed = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      // Now and then it jumps for good, so that it learns anew.
      const level = Math.floor(index / 200_000) % 2 === 0 ? 0 : 400;
      for (let signal = 0; signal < width; signal++) row[signal] = level + Math.sin(index / 50) + random();
      scorer.score(index * 1000, row);
    }
  };
  const rows = READINGS / width;
  feed(0, rows / 10);
  const before = heapUsed();
  feed(rows / 10, rows);
  expect(heapUsed() - before).toBeLessThan(HEAP_GROWTH_MAX);
  expect(bytesOf(scorer.save()) / width).toBeLessThan(KEPT_BYTES_MAX);
});

function heapUsed(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function bytesOf(state: unknown): number {
  if (state instanceof Float64Array) return state.byteLength;
  if (Array.isArray(state)) return state.reduce<number>((sum, value) => sum + bytesOf(value), 0);
  return 8;
}
