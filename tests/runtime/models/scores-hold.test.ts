/**
 * What every kind of model keeps to in a site, from messages to scores: a score depends on what came before it for its own
 * instance, and on nothing else. Method: one life as messages, scored through the replay of `tocsin score`, as it is and
 * changed in ways that must not matter, or that happen on the way from a machine. Trained kinds have learnt from a few
 * machines, with few trees.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { anomalyKind } from '../../../models/anomaly/anomaly-kind.js';
import { failureKindWith } from '../../../models/failure/failure-kind.js';
import { importedKind } from '../../../models/imported/imported-kind.js';
import { baggingLearner, boostingLearner } from '../../../models/learning/learner.js';
import type { ModelKind, OnlineKind, TrainedKind } from '../../../models/model-kind.js';
import { remainingLifeKindWith } from '../../../models/remaining-life/remaining-life-kind.js';
import { LOGISTIC, SQUARED } from '../../../models/trees/loss.js';
import { trendKind } from '../../../models/trend/trend-kind.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue } from '../../../rules/reading.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';
import { type ScoreRow, scoringPlan } from '../../../runtime/models/score-rows.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { startReplay } from '../../../runtime/replay/replay.js';
import { livelyLife } from '../../models/scorer-contract.js';
import { artefactOf, livelyRuns } from '../../models/trained-model.js';

const FEATURES = ['a', 'b', 'c', 'd'];
const trees = { leavesMax: 4, rowsPerLeaf: 10, shrinkage: 1, rowShare: 0.5, columnShare: 0.5 };
const quick = boostingLearner(SQUARED, { trees: 5, learningRate: 0.3, ...trees });
const quickOdds = boostingLearner(LOGISTIC, { trees: 5, learningRate: 0.3, ...trees });

interface Subject {
  readonly name: string;
  readonly kind: ModelKind;
  readonly model: Readonly<Record<string, JsonValue>>;
}

/** A trained kind with what it has learnt, as one that needs no training. */
function learnt<Settings, Artefact>(kind: TrainedKind<Settings, Artefact>, model: object): ModelKind {
  const settings = kind.settings.parse(model);
  const runs = livelyRuns(FEATURES.length, 120);
  const request = { settings, features: FEATURES, runs, until: 2e12, seed: 1, previous: null };
  const artefact = artefactOf(kind, request);
  const { name, settings: shape, check, outputs } = kind;
  const online: OnlineKind<Settings> = {
    ...{ name, source: 'online', settings: shape, check, outputs },
    createScorer: (setup) => kind.createScorer({ ...setup, artefact }),
  };
  return online as ModelKind;
}

const XGBOOST = readFileSync(
  new URL('../../models/imported/fixtures/xgboost-binary.json', import.meta.url),
  'utf8',
);
const life = { unit: 'cycles' } as const;
const failure = { horizon: '10m' } as const;
const SUBJECTS: readonly Subject[] = [
  { name: 'anomaly of one', kind: anomalyKind, model: { warmUp: 100, features: ['a'] } },
  { name: 'anomaly of a group', kind: anomalyKind, model: { warmUp: 100 } },
  {
    name: 'anomaly of features',
    kind: anomalyKind,
    model: { warmUp: 100, features: ['a', 'mean', 'change'] },
  },
  { name: 'trend', kind: trendKind, model: { limit: 30, features: ['a'] } },
  { name: 'remaining life', kind: learnt(remainingLifeKindWith(quick), life), model: life },
  {
    name: 'failure',
    kind: learnt(
      failureKindWith({ boosted: quickOdds, bagged: baggingLearner({ trees: 3, ...trees }) }),
      failure,
    ),
    model: failure,
  },
  { name: 'imported', kind: importedKind, model: { file: 'x.json' } },
];

const ROWS = 260;
const LIFE: readonly RecordedMessage[] = livelyLife(FEATURES.length, ROWS).map(({ time, row }) => ({
  time,
  topic: 'plant/m1',
  payload: Object.fromEntries(FEATURES.map((name, place) => [name, row[place] ?? null])),
}));

/** What was scored of the machine of `of`, a line each: time since the first, outputs and quality. */
function scores(
  { kind, model }: Subject,
  messages: readonly RecordedMessage[],
  {
    of = 'm1',
    start = LIFE[0]?.time ?? 0,
    every = null as string | null,
    file = 'models/m.json',
    id = 'm',
  } = {},
): string[] {
  const inputs = Object.fromEntries(FEATURES.map((field) => [field, { topic: 'plant/{machine}', field }]));
  const lets = { mean: { avg: 'b', over: '2m' }, change: { delta: 'c', over: '1m' } };
  const grid = every === null ? {} : { every };
  const declaration = { features: FEATURES, ...model, id, kind: kind.name, inputs, let: lets, ...grid };
  const files = [
    { path: file, text: JSON.stringify(declaration) },
    { path: 'models/x.json', text: XGBOOST },
  ];
  const { plan, issues } = loadRules(files, { models: modelMaker({ kinds: [kind], files }) });
  expect(issues).toEqual([]);
  const rows: ScoreRow[] = [];
  const replay = startReplay(
    scoringPlan(plan, id, (row) => rows.push({ ...row, outputs: [...row.outputs] })),
  );
  for (const message of messages) replay.message(message);
  replay.finish();
  return rows
    .filter(({ labelValues }) => labelValues[0] === of)
    .map(({ time, outputs, quality }) => JSON.stringify([time - start, outputs, quality]));
}

const moved = (byMs: number) => LIFE.map((message) => ({ ...message, time: message.time + byMs }));
const named = (topic: string) => LIFE.map((message) => ({ ...message, topic }));

describe.each(SUBJECTS)('$name', (subject) => {
  const whole = scores(subject, LIFE);

  test('is scored, and can be trusted at times', () => {
    expect(whole.length).toBe(ROWS);
    expect(whole.some((line) => line.endsWith('"ok"]'))).toBe(true);
  });

  test.each([1, 7, 90, 200, 259])('the first %i rows say the same when others follow', (length) => {
    expect(scores(subject, LIFE.slice(0, length))).toEqual(whole.slice(0, length));
  });

  test('the same at another time', () => {
    const start = LIFE[0]?.time ?? 0;
    for (const byMs of [1, 86_400_000 * 365 + 12_345, -start + 1000])
      expect(scores(subject, moved(byMs), { start: start + byMs })).toEqual(whole);
  });

  test('the same by another name: of the machine, the model and its file', () => {
    expect(scores(subject, named('plant/zz-9'), { of: 'zz-9' })).toEqual(whole);
    expect(scores(subject, LIFE, { file: 'models/another.json', id: 'other' })).toEqual(whole);
  });

  test('the same beside others, whether they came before or come between', () => {
    const strange = livelyLife(FEATURES.length, ROWS, 77).map(({ time, row }) => ({ time, row }));
    const others = strange.flatMap(({ time, row }) =>
      ['m0', 'm2'].map((machine) => ({
        time,
        topic: `plant/${machine}`,
        payload: Object.fromEntries(FEATURES.map((name, place) => [name, Number(row[place]) * 3])),
      })),
    );
    const before = others.map((message) => ({ ...message, time: message.time - 86_400_000 }));
    const between = LIFE.flatMap((message, row) => [...others.slice(2 * row, 2 * row + 2), message]);
    expect(scores(subject, [...before, ...between])).toEqual(whole);
  });

  test('on a grid: the same when all is moved by whole steps', () => {
    const start = LIFE[0]?.time ?? 0;
    const every = '30s';
    const onGrid = scores(subject, LIFE, { every });
    expect(onGrid.length).toBeGreaterThan(ROWS / 4);
    const prefix = scores(subject, LIFE.slice(0, 150), { every });
    expect(prefix).toEqual(onGrid.slice(0, prefix.length));
    expect(scores(subject, moved(30_000_000), { every, start: start + 30_000_000 })).toEqual(onGrid);
  });

  test('late rows are not scored, and change no score', () => {
    const late = LIFE.flatMap((message, row) =>
      row % 20 === 10 ? [message, { ...(LIFE[row - 9] ?? message), payload: { a: 1e9 } }] : [message],
    );
    const plain = { ...subject, model: { ...subject.model } };
    const hasWindows = JSON.stringify(subject.model['features'] ?? []).includes('mean');
    // A window takes a late reading in, where it belongs: that is what happened.
    if (!hasWindows) expect(scores(plain, late)).toEqual(whole);
    else expect(scores(plain, late).length).toBe(ROWS);
  });

  test.each<[string, (message: RecordedMessage, row: number) => RecordedMessage[]]>([
    ['every row twice', (message) => [message, message]],
    ['one stamp for ten', (message, row) => [{ ...message, time: LIFE[row - (row % 10)]?.time ?? 0 }]],
    [
      'gaps of a day',
      (message, row) => [{ ...message, time: message.time + Math.floor(row / 50) * 86_400_000 }],
    ],
    ['constants', (message) => [of(message, () => 4)]],
    // Whole numbers beyond 2 ** 53 are no readings.
    ['huge', (message, row) => [of(message, (value) => (row % 3 === 0 ? 9e15 : -9e15) * Math.sign(value))]],
    ['tiny', (message) => [of(message, (value) => value * 1e-300)]],
    [
      'another unit from the middle on',
      (message, row) => [of(message, (value) => (row < 130 ? value : value * 1000))],
    ],
    ['nulls', (message, row) => [of(message, (value) => (row % 4 === 0 ? null : value))]],
    ['texts', (message, row) => [of(message, (value) => (row % 7 === 0 ? 'broken' : value))]],
    ['a field that is gone', (message, row) => [row < 130 ? message : { ...message, payload: { b: 1 } }]],
  ])('%s: an answer with a quality, and no NaN', (_, change) => {
    const lines = scores(subject, LIFE.flatMap(change));
    expect(lines.length).toBeGreaterThan(0);
    const odd = lines.filter((line) => !isSound(line));
    expect(odd).toEqual([]);
  });
});

function of(message: RecordedMessage, change: (value: number) => JsonValue): RecordedMessage {
  const fields = Object.entries(message.payload as Record<string, number>);
  return { ...message, payload: Object.fromEntries(fields.map(([name, value]) => [name, change(value)])) };
}

/** JSON has no NaN: what is none becomes null, which only a quality other than `ok` may explain. */
function isSound(line: string): boolean {
  const [, outputs, quality]: [number, unknown[], string] = JSON.parse(line);
  if (!['ok', 'warmup', 'drifted', 'range'].includes(quality)) return false;
  return quality !== 'ok' || outputs[0] !== null || outputs.length > 4;
}
