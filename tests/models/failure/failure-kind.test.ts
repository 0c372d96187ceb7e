/** The probability of a failure, learnt from machines that fail of heat or of wear, and from some that do not fail. */
import { describe, expect, test } from 'vitest';
import { failureKindWith } from '../../../models/failure/failure-kind.js';
import { baggingLearner, boostingLearner } from '../../../models/learning/learner.js';
import type { FeatureRow, Mark, TrainingRun } from '../../../models/scorer.js';
import { LOGISTIC } from '../../../models/trees/loss.js';
import { seededRandom } from '../../seeded-random.js';
import { testScorerContract } from '../scorer-contract.js';
import { artefactOf, checkDrift, checkTrainedScorer, livelyRuns, trainFully } from '../trained-model.js';

const FEATURES = ['load', 'heat', 'wear', 'grade'];
const MINUTE = 60_000;
const limits = { leavesMax: 8, rowsPerLeaf: 3, shrinkage: 1, rowShare: 0.7, columnShare: 0.8 };
/** As the kind's own, but for fewer and quicker trees. */
const failureKind = failureKindWith({
  boosted: boostingLearner(LOGISTIC, { trees: 15, learningRate: 0.35, ...limits }),
  bagged: baggingLearner({ trees: 8, ...limits }),
});
const settings = failureKind.settings.parse({ horizon: '10m' });

/** Heat above 80 or wear above 30 breaks it within ten minutes; marked then, and repaired at once. */
function runOf(machine: number, length = 150): TrainingRun {
  const random = seededRandom(machine + 1);
  const start = 1_700_000_000_000;
  const rows: FeatureRow[] = [];
  const marks: Mark[] = [];
  let wear = 30 * random();
  let breaksIn = Number.POSITIVE_INFINITY;
  let isHot = false;
  for (let row = 0; row < length; row++) {
    if (random() < 0.01) isHot = true;
    wear += random() * 0.8;
    if (breaksIn === Number.POSITIVE_INFINITY && (isHot || wear > 30))
      breaksIn = 1 + Math.floor(random() * 9);
    rows.push([random(), (isHot ? 82 : 50) + 10 * random(), wear, random() < 0.5 ? 'A' : 'B']);
    if (--breaksIn >= 0) continue;
    marks.push({ time: start + row * MINUTE, event: 'failure' });
    [wear, isHot, breaksIn] = [0, false, Number.POSITIVE_INFINITY];
  }
  const times = Float64Array.from(rows, (_, row) => start + row * MINUTE);
  return { instance: [`m${machine}`], times, rows, marks };
}

const runs = Array.from({ length: 10 }, (_, machine) => runOf(machine));
const until = 1_700_000_000_000 + 150 * MINUTE;
const request = { settings, features: FEATURES, runs, until, seed: 1, previous: null };
const artefact = artefactOf(failureKind, request);
const setup = {
  settings,
  features: FEATURES,
  instance: ['m0'],
  artefact,
  staleFrom: Number.POSITIVE_INFINITY,
  seed: 1,
};

test.each<[string, FeatureRow, number, number, string | null]>([
  ['new and cool', [0.5, 55, 2, 'A'], 0, 0.1, null],
  ['hot', [0.5, 88, 2, 'A'], 0.6, 1, 'heat'],
  ['worn', [0.5, 55, 34, 'B'], 0.6, 1, 'wear'],
])('%s', (_, row, low, high, cause) => {
  const [probability, named] = failureKind.createScorer(setup).score(0, row).outputs;
  expect(probability).toBeGreaterThanOrEqual(low);
  expect(probability).toBeLessThanOrEqual(high);
  expect(named).toBe(cause);
});

test('says when a signal has moved for good', () => {
  const random = seededRandom(5);
  const timed = Array.from({ length: 50 }, (_, row) => ({
    time: row * MINUTE,
    row: [random(), 50 + 10 * random(), row * 0.4, 'A'],
  }));
  checkDrift(failureKind, setup, timed, { feature: 0, by: 0.49 });
});

test('keeps to what scorers keep to', () => {
  const unseen = runOf(77, 60);
  const timed = unseen.rows.map((row, index) => ({ time: unseen.times[index] ?? 0, row }));
  checkTrainedScorer(failureKind, setup, timed);
});

describe('the contract of scorers', () => {
  const runs = livelyRuns(4, 120);
  const lively = artefactOf(failureKind, { ...request, runs, settings: { horizon: 200_000, setPoints: [] } });
  const make = () => failureKind.createScorer({ ...setup, artefact: lively });
  testScorerContract({ make, features: 4, rows: 120 });
});

describe('training', () => {
  const outcome = trainFully(failureKind, request);

  test('the same request gives the same artefact', () => {
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    expect(JSON.stringify(outcome.artefact)).toBe(JSON.stringify(artefact));
  });

  test('tells how good it is beside giving all the same probability', () => {
    const values = new Map(outcome.metrics.map(({ name, value, baseline }) => [name, { value, baseline }]));
    const loss = values.get('log loss');
    expect(loss?.value).toBeLessThan((loss?.baseline ?? 0) / 2);
    expect(values.get('average precision')?.value).toBeGreaterThan(0.8);
    expect(values.get('F1')?.value).toBeGreaterThan(0.8);
  });

  test('probabilities held out are right on the whole', () => {
    const evaluated = failureKind.evaluate({
      ...request,
      artefact,
      leadMs: 0,
      runs: [runOf(50), runOf(51), runOf(52)],
    });
    const loss = evaluated.find(({ name }) => name === 'log loss');
    expect(loss?.value).toBeLessThan((loss?.baseline ?? 0) * 0.75);
  });

  test.each([
    [
      'too few failures',
      { runs: runs.slice(0, 1).map((run) => ({ ...run, marks: run.marks.slice(0, 4) })) },
      'at least 5 failures',
    ],
    [
      'a horizon too short',
      { settings: { horizon: 0.5, setPoints: [] }, runs: runs.map(shifted) },
      'shorter than',
    ],
    ['a horizon too long', { settings: { horizon: 1e12, setPoints: [] } }, 'too long'],
    ['nothing to learn', { runs: runs.map(random) }, 'no better'],
  ])('is refused: %s', (_, changes, reason) => {
    const refused = trainFully(failureKind, { ...request, ...changes });
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) });
  });

  test('is compared with the previous version on what that has not seen', () => {
    const worse = { ...artefact, calibration: { slope: 0, offset: 0 } };
    const next = trainFully(failureKind, {
      ...request,
      previous: { artefact: worse, until: until - 60 * MINUTE },
    });
    if (next.kind === 'refused') throw new Error(next.reason);
    expect(next.comparison?.own).toBeLessThan(next.comparison?.previous ?? 0);
    const last = trainFully(failureKind, { ...request, previous: { artefact, until } });
    expect(last).toMatchObject({ comparison: null });
  });
});

/** Fails at random, whatever the rows say. */
function random(run: TrainingRun, index: number): TrainingRun {
  const draw = seededRandom(index + 500);
  const times = [...run.times].filter(() => draw() < 0.02);
  return { ...run, marks: times.map((time) => ({ time, event: 'failure' as const })) };
}

/** Marks between two rows. */
function shifted(run: TrainingRun): TrainingRun {
  return { ...run, marks: run.marks.map(({ time, event }) => ({ time: time + 1000, event })) };
}

test('names that are no features are found', () => {
  const wrong = failureKind.settings.parse({ horizon: '1h', setPoints: ['lode'] });
  expect(failureKind.check(wrong, FEATURES)).toEqual([
    { path: ['setPoints', 0], message: 'must be a feature of this model, not "lode".' },
  ]);
});

test('artefacts of others are not read', () => {
  expect(failureKind.readArtefact({ ...artefact, kind: 'remaining-life' })).toBeNull();
});
