/** Remaining life, learnt from machines that wear at speeds of their own until they break. */
import { describe, expect, test } from 'vitest';
import { boostingLearner } from '../../../models/learning/learner.js';
import { remainingLifeKindWith } from '../../../models/remaining-life/remaining-life-kind.js';
import type { FeatureRow, TrainingRun } from '../../../models/scorer.js';
import { SQUARED } from '../../../models/trees/loss.js';
import { seededRandom } from '../../seeded-random.js';
import { testScorerContract } from '../scorer-contract.js';
import { artefactOf, checkDrift, checkTrainedScorer, livelyRuns, trainFully } from '../trained-model.js';

const FEATURES = ['speed', 'vibration', 'temperature'];
const MINUTE = 60_000;
/** As the kind's own, but for fewer and quicker trees. */
const remainingLifeKind = remainingLifeKindWith(
  boostingLearner(SQUARED, {
    trees: 30,
    learningRate: 0.2,
    leavesMax: 8,
    rowsPerLeaf: 20,
    shrinkage: 1,
    rowShare: 0.5,
    columnShare: 0.5,
  }),
);
const settings = remainingLifeKind.settings.parse({ unit: 'cycles' });

/** Vibration grows with wear, temperature is noise; breaks when the wear is 1. */
function runOf(machine: number, wearPerRow: number): TrainingRun {
  const random = seededRandom(machine);
  const length = Math.round(1 / wearPerRow);
  const rows: FeatureRow[] = Array.from({ length }, (_, row) => [
    random() < 0.5 ? 1000 : 2000,
    1 + 4 * (row * wearPerRow) ** 2 + 0.3 * random(),
    20 + random(),
  ]);
  const start = 1_700_000_000_000 + machine * 1_000_000;
  const times = Float64Array.from(rows, (_, row) => start + row * MINUTE);
  const mark = { time: times.at(-1) ?? 0, event: 'failure' as const };
  return { instance: [`m${machine}`], times, rows, marks: [mark] };
}

const runs = Array.from({ length: 12 }, (_, machine) => runOf(machine, 1 / (50 + 5 * machine)));
const request = { settings, features: FEATURES, runs, until: 2e12, seed: 1, previous: null };
const artefact = artefactOf(remainingLifeKind, request);
const setup = {
  settings,
  features: FEATURES,
  instance: ['m99'],
  artefact,
  staleFrom: Number.POSITIVE_INFINITY,
  seed: 1,
};
const unseen = runOf(99, 1 / 82);
const timed = unseen.rows.map((row, index) => ({ time: unseen.times[index] ?? 0, row }));

test('a machine not seen: the life left is near the truth, within low and high, and falls', () => {
  const scorer = remainingLifeKind.createScorer(setup);
  const scores = timed.map(({ time, row }) => [...scorer.score(time, row).outputs].map(Number));
  const late = scores.slice(41);
  const off = late.map(([life = 0], index) => Math.abs(life - (40 - index)));
  expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(6);
  const within = late.filter(([, low = 0, high = 0], index) => low <= 40 - index && 40 - index <= high);
  expect(within.length).toBeGreaterThan(30);
  expect(scores.filter(([life = 0, low = 0, high = 0]) => low > life || life > high || low < 0)).toEqual([]);
  expect(scores.at(-1)?.[0]).toBeLessThan(scores[40]?.[0] ?? 0);
});

test('keeps to what scorers keep to', () => {
  checkTrainedScorer(remainingLifeKind, setup, timed);
});

test('says when a signal has moved for good', () => {
  checkDrift(remainingLifeKind, setup, timed, { feature: 2, by: 0.9 });
});

describe('the contract of scorers', () => {
  const lively = artefactOf(remainingLifeKind, { ...request, runs: livelyRuns(3, 120) });
  const make = () => remainingLifeKind.createScorer({ ...setup, artefact: lively });
  testScorerContract({ make, features: 3, rows: 120 });
});

describe('training', () => {
  const outcome = trainFully(remainingLifeKind, request);

  test('the same request gives the same artefact, another seed another', () => {
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    expect(JSON.stringify(outcome.artefact)).toBe(JSON.stringify(artefact));
    const other = artefactOf(remainingLifeKind, { ...request, seed: 2 });
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(artefact));
  });

  test('tells how good it is beside what needs no model', () => {
    expect(outcome.metrics.map(({ name }) => name.split(' ')[0])).toEqual(['rmse', 'mae', 'within']);
    const [rmse] = outcome.metrics;
    expect(rmse?.value).toBeLessThan((rmse?.baseline ?? 0) * 0.7);
    expect(outcome.metrics[2]?.value).toBeCloseTo(0.9, 1);
  });

  test('is refused without failures enough', () => {
    const maintained = runs.map((run, index) =>
      index < 4
        ? run
        : { ...run, marks: run.marks.map((mark) => ({ ...mark, event: 'maintenance' as const })) },
    );
    expect(trainFully(remainingLifeKind, { ...request, runs: maintained })).toEqual({
      kind: 'refused',
      reason: 'it takes at least 5 lives that ended with a failure, and there are 4',
      metrics: [],
    });
  });

  test('is refused when nothing tells more than the age does', () => {
    const noise = runs.map((run) => ({ ...run, rows: run.rows.map(([speed = 0]) => [speed, 1, 1]) }));
    const refused = trainFully(remainingLifeKind, { ...request, runs: noise });
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no better') });
    expect(refused.metrics[0]?.value).toBeGreaterThan(refused.metrics[0]?.baseline ?? 0);
  });

  test('is compared with the previous version on what that has not seen', () => {
    const until = runs[8]?.marks[0]?.time ?? 0;
    const worse = { ...artefact, ensembles: artefact.ensembles.map((one) => ({ ...one, trees: [] })) };
    const next = trainFully(remainingLifeKind, { ...request, previous: { artefact: worse, until } });
    if (next.kind === 'refused') throw new Error(next.reason);
    expect(next.comparison?.own).toBeLessThan(next.comparison?.previous ?? 0);
    const last = trainFully(remainingLifeKind, { ...request, previous: { artefact, until: 2e12 } });
    expect(last).toMatchObject({ comparison: null });
  });
});

test('a cap bounds what is learnt and said', () => {
  const capped = remainingLifeKind.settings.parse({ unit: 'cycles', cap: 30 });
  const learnt = artefactOf(remainingLifeKind, { ...request, settings: capped });
  const scorer = remainingLifeKind.createScorer({ ...setup, settings: capped, artefact: learnt });
  const outputs = timed.flatMap(({ time, row }) => scorer.score(time, row).outputs.map(Number));
  expect(Math.max(...outputs)).toBeLessThanOrEqual(30);
  expect(outputs[0]).toBeGreaterThan(27);
});

test.each([
  [{ unit: 'seconds' }, 60],
  [{ age: 'hours' }, 0.5],
])('%j: life is in the unit of the age', (keys, perRow) => {
  const own = remainingLifeKind.settings.parse(keys);
  const features = [...FEATURES, 'hours'];
  const metered = runs.map((run) => ({
    ...run,
    rows: run.rows.map((row, index) => [...row, 100 + index / 2]),
  }));
  const learnt = artefactOf(remainingLifeKind, { ...request, settings: own, features, runs: metered });
  const scorer = remainingLifeKind.createScorer({ ...setup, settings: own, features, artefact: learnt });
  const lives = timed.map(({ time, row }, index) => scorer.score(time, [...row, 100 + index / 2]).outputs[0]);
  expect(Math.abs(Number(lives[60]) / perRow - 21)).toBeLessThan(8);
});

test('names that are no features are found', () => {
  const wrong = remainingLifeKind.settings.parse({ age: 'clock', setPoints: ['speed', 'sped'] });
  expect(remainingLifeKind.check(wrong, FEATURES)).toEqual([
    { path: ['setPoints', 1], message: 'must be a feature of this model, not "sped".' },
    { path: ['age'], message: 'must be a feature of this model, not "clock".' },
  ]);
});

test('artefacts of others are not read', () => {
  expect(remainingLifeKind.readArtefact({ ...artefact, version: 1 })).toBeNull();
  expect(remainingLifeKind.readArtefact({ ...artefact, errors: null })).toBeNull();
  expect(remainingLifeKind.readArtefact(null)).toBeNull();
});
