/** Training of the anomaly kind: the artefact is what scorers of the instances have learnt, and they go on with it. */
import { expect, test } from 'vitest';
import { anomalyKind } from '../../../models/anomaly/anomaly-kind.js';
import { anomalySettings } from '../../../models/anomaly/anomaly-settings.js';
import type { TrainingRun } from '../../../models/scorer.js';
import { seededRandom } from '../../seeded-random.js';
import { scoresOf } from '../scorer-contract.js';
import { artefactOf, trainFully } from '../trained-model.js';

const SETTINGS = anomalyKind.settings.parse({ warmUp: 100 });
const FEATURES = ['vib', 'temp'];
const STEP_MS = 60_000;

function runOf(instance: string, rows: number, { level = 0, from = 0 } = {}): TrainingRun {
  const random = seededRandom(instance.length + rows);
  const normal = () => (random() + random() + random() - 1.5) * 2;
  return {
    instance: [instance],
    times: Float64Array.from({ length: rows }, (_, index) => (from + index) * STEP_MS),
    rows: Array.from({ length: rows }, () => [level + normal(), normal()]),
    marks: [],
  };
}

function requestOf(runs: readonly TrainingRun[]) {
  return { settings: SETTINGS, features: FEATURES, runs, until: 1e9, seed: 1, previous: null };
}

test('a scorer goes on where training ended, for the instances that it has met', () => {
  const run = runOf('m1', 600);
  const artefact = artefactOf(anomalyKind, requestOf([run, runOf('m22', 600, { level: 50 })]));
  const setup = { settings: SETTINGS, features: FEATURES, artefact, seed: 1, staleFrom: 1e9 };
  const more = Array.from({ length: 50 }, (_, index) => ({
    time: (600 + index) * STEP_MS,
    row: [0.1, -0.1],
  }));
  const life = run.rows.map((row, index) => ({ time: run.times[index] ?? 0, row }));
  const untrained = anomalyKind.createScorer({ ...setup, artefact: null, instance: ['m1'] });
  const trained = anomalyKind.createScorer({ ...setup, instance: ['m1'] });
  expect(scoresOf(trained, more)).toEqual(scoresOf(untrained, [...life, ...more]).slice(600));
  expect(scoresOf(trained, more)[0]?.quality).toBe('ok');
  const stranger = anomalyKind.createScorer({ ...setup, instance: ['m3'] });
  expect(scoresOf(stranger, more)[0]?.quality).toBe('warmup');
});

test('the same history gives the same bytes', () => {
  const text = () => JSON.stringify(trainFully(anomalyKind, requestOf([runOf('m1', 400)])));
  expect(text()).toBe(text());
});

test.each([
  ['just too short', 126, 'refused'],
  ['just long enough', 127, 'trained'],
])('a history that is %s is %s', (_, rows, kind) => {
  const outcome = trainFully(anomalyKind, requestOf([runOf('m1', rows)]));
  expect(outcome.kind).toBe(kind);
  if (outcome.kind === 'refused') expect(outcome.reason).toContain('at least 127 rows');
});

test('the latest run of an instance counts', () => {
  const early = runOf('m1', 400, { level: 50 });
  const late = runOf('m1', 400, { from: 500 });
  const artefact = artefactOf(anomalyKind, requestOf([early, late]));
  expect(artefact.instances).toHaveLength(1);
  expect(artefact).toEqual(artefactOf(anomalyKind, requestOf([late])));
});

test('an artefact for other features or another warm-up is left alone, an old one says that it is', () => {
  const artefact = artefactOf(anomalyKind, requestOf([runOf('m1', 400)]));
  const setup = {
    settings: SETTINGS,
    features: FEATURES,
    artefact,
    instance: ['m1'],
    seed: 1,
    staleFrom: 1e9,
  };
  const qualityAt = (time: number, changed: object) =>
    anomalyKind.createScorer({ ...setup, ...changed }).score(time, [0, 0]).quality;
  expect(qualityAt(1e9 - 1, {})).toBe('ok');
  expect(qualityAt(1e9, {})).toBe('stale');
  expect(qualityAt(1e9, { artefact: null })).toBe('warmup');
  expect(qualityAt(0, { features: ['temp', 'vib'] })).toBe('warmup');
  expect(qualityAt(0, { settings: { ...SETTINGS, warmUp: 101 } })).toBe('warmup');
});

test('versions are compared on what neither has learnt from', () => {
  const first = runOf('m1', 1000);
  const previous = { artefact: artefactOf(anomalyKind, requestOf([first])), until: 999 * STEP_MS };
  const longer = runOf('m1', 1600);
  const whole = { ...longer, rows: [...first.rows, ...longer.rows.slice(1000).map(() => [60, 60])] };
  const outcome = trainFully(anomalyKind, { ...requestOf([whole]), previous });
  // The older version, scoring on, has by now seen the same rows: they are equally good.
  const comparison = outcome.kind === 'trained' ? outcome.comparison : null;
  expect(comparison?.own).toBeGreaterThan(0.3);
  expect(comparison?.previous).toBe(comparison?.own);
  const soon = trainFully(anomalyKind, { ...requestOf([first]), previous });
  expect(soon).toMatchObject({ kind: 'trained', comparison: null });
});

test('evaluation counts what an artefact calls anomalous', () => {
  const calm = runOf('m1', 600);
  const artefact = artefactOf(anomalyKind, requestOf([calm]));
  const request = { settings: SETTINGS, features: FEATURES, artefact, until: 1e9, leadMs: 3_600_000 };
  const odd = { ...calm, rows: calm.rows.map(() => [40, 40]) };
  expect(anomalyKind.evaluate({ ...request, runs: [calm] })[0]?.value).toBeLessThan(0.02);
  expect(anomalyKind.evaluate({ ...request, runs: [odd] })[0]?.value).toBeGreaterThan(0.7);
});

test('evaluation says which failures it spoke up before, and how long', () => {
  const calm = runOf('m1', 600);
  const artefact = artefactOf(anomalyKind, requestOf([calm]));
  const request = { settings: SETTINGS, features: FEATURES, artefact, until: 1e12, leadMs: 3_600_000 };
  const at = (row: number) => calm.times[row] ?? 0;
  const rowMs = at(1) - at(0);
  // From row 500 on it is odd; that is 30 rows before the one failure, and far from the other.
  const rows = calm.rows.slice(0, 531).map((row, index) => (index >= 500 ? [40, 40] : row));
  const marks = [300, 530].map((row) => ({ time: at(row), event: 'failure' as const }));
  const leadMs = 60 * rowMs;
  const measures = anomalyKind.evaluate({ ...request, leadMs, runs: [{ ...calm, rows, marks }] });
  expect(measures.map(({ name, value }) => [name, value])).toEqual([
    ['anomalous share', expect.closeTo(0, 1)],
    ['failures foreseen', 0.5],
    ['median lead in hours', expect.any(Number)],
  ]);
  const lead = (measures[2]?.value ?? 0) * 3_600_000;
  expect(lead).toBeGreaterThan(20 * rowMs);
  expect(lead).toBeLessThanOrEqual(30 * rowMs);
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);

test('no more features than one can make sense of', () => {
  expect(anomalyKind.check(SETTINGS, names(60))).toEqual([]);
  expect(anomalyKind.check(SETTINGS, names(61)).map(({ path }) => path)).toEqual([['features']]);
});

test.each([
  [1, 10_000, null],
  [12, 10_000, null],
  [13, 9_230, null],
  [13, 9_231, '9230 for 13 features, not 9231'],
  [60, 2_000, null],
  [60, 2_001, '2000 for 60 features, not 2001'],
])('a group of %i may warm up for %i readings: %s', (features, warmUp, refusal) => {
  const issues = anomalyKind.check({ ...SETTINGS, warmUp }, names(features));
  expect(issues).toEqual(
    refusal === null
      ? []
      : [{ path: ['warmUp'], message: expect.stringContaining(`must be at most ${refusal}`) }],
  );
  const isReadable = (readings: number) => anomalySettings.safeParse({ warmUp: readings }).success;
  expect([isReadable(warmUp), isReadable(10_001)]).toEqual([true, false]);
});

test('what is no artefact of this version is none', () => {
  expect(anomalyKind.readArtefact({ kind: 'anomaly', version: 2 })).toBeNull();
  expect(anomalyKind.readArtefact('{}')).toBeNull();
});

test('of more instances than a version may hold some begin with a warm-up of their own, and people are told', () => {
  const random = seededRandom(3);
  const rows = Array.from({ length: 130 }, () => [random()]);
  const times = Float64Array.from(rows.keys(), (index) => index * STEP_MS);
  const runs = Array.from({ length: 235 }, (_, index) => ({
    instance: [`m${index}`],
    times,
    rows,
    marks: [],
  }));
  const outcome = trainFully(anomalyKind, { ...requestOf(runs), features: ['vib'] });
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  const { instances } = outcome.artefact;
  const numbers = instances.flatMap(({ state }) => state.flat()).length;
  expect(numbers).toBeGreaterThanOrEqual(1_000_000);
  expect(numbers).toBeLessThan(1_005_000);
  expect(outcome.notes).toEqual([
    `${instances.length} instances fill what a version may hold; ${235 - instances.length} others go on learning by themselves, as before`,
  ]);
});

test('a state that is none is left alone', () => {
  const artefact = artefactOf(anomalyKind, requestOf([runOf('m1', 400)]));
  const [learnt] = artefact.instances;
  if (learnt === undefined) throw new Error('nothing was learnt');
  for (const state of [[['a']], [null], [{}]]) {
    const damaged = JSON.parse(JSON.stringify({ ...artefact, instances: [{ ...learnt, state }] }));
    const setup = { settings: SETTINGS, features: FEATURES, instance: ['m1'], seed: 1, staleFrom: 1e9 };
    const scorer = anomalyKind.createScorer({ ...setup, artefact: anomalyKind.readArtefact(damaged) });
    expect(scorer.score(0, [0, 0]).quality).toBe('warmup');
  }
});
