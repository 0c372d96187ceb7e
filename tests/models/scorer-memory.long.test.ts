/** Ten million readings through each kind of scorer: the heap stays where it was, and so does the state. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { anomalyKind } from '../../models/anomaly/anomaly-kind.js';
import { failureKindWith } from '../../models/failure/failure-kind.js';
import { importedKind } from '../../models/imported/imported-kind.js';
import { baggingLearner, boostingLearner } from '../../models/learning/learner.js';
import { remainingLifeKindWith } from '../../models/remaining-life/remaining-life-kind.js';
import type { Scorer } from '../../models/scorer.js';
import { LOGISTIC, SQUARED } from '../../models/trees/loss.js';
import { trendKind } from '../../models/trend/trend-kind.js';
import { seededRandom } from '../seeded-random.js';
import { artefactOf, livelyRuns } from './trained-model.js';

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
  ['remaining life', 10, remainingLife],
  ['failure', 10, failure],
  ['imported', 4, imported],
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

/** Few trees: memory is in what scorers keep of the past. */
const LIMITS = { leavesMax: 4, rowsPerLeaf: 5, shrinkage: 1, rowShare: 0.7, columnShare: 0.8 };

function remainingLife(features: readonly string[]): Scorer {
  const kind = remainingLifeKindWith(boostingLearner(SQUARED, { trees: 2, learningRate: 0.5, ...LIMITS }));
  const settings = kind.settings.parse({ unit: 'cycles' });
  return kind.createScorer({
    ...SETUP,
    settings,
    features,
    artefact: artefactOf(kind, trainingOf(settings, features)),
  });
}

function failure(features: readonly string[]): Scorer {
  const kind = failureKindWith({
    boosted: boostingLearner(LOGISTIC, { trees: 2, learningRate: 0.5, ...LIMITS }),
    bagged: baggingLearner({ trees: 2, ...LIMITS }),
  });
  const settings = kind.settings.parse({ horizon: '10m' });
  return kind.createScorer({
    ...SETUP,
    settings,
    features,
    artefact: artefactOf(kind, trainingOf(settings, features)),
  });
}

function trainingOf<Settings>(settings: Settings, features: readonly string[]) {
  const runs = livelyRuns(features.length, 120);
  return { settings, features, runs, until: 1e15, seed: 1, previous: null };
}

function imported(features: readonly string[]): Scorer {
  const name = 'xgboost-binary.json';
  const bytes = readFileSync(new URL(`imported/fixtures/${name}`, import.meta.url));
  const settings = importedKind.settings.parse({ file: name });
  const outcome = importedKind.readFile({ name, bytes, golden: null, openOnnx: null }, settings, features);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return importedKind.createScorer({ ...SETUP, features, settings, artefact: outcome.artefact });
}

function heapUsed(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function bytesOf(state: unknown): number {
  if (state instanceof Float64Array) return state.byteLength;
  if (Array.isArray(state)) return state.reduce<number>((sum, value) => sum + bytesOf(value), 0);
  if (typeof state === 'object' && state !== null) return bytesOf(Object.values(state));
  return 8;
}
