/** Trainings by schedule: when they are due, that one waits for the other, and whom what tells. Method: a clock that is advanced. */
import { describe, expect, it, test } from 'vitest';
import { seededRandom } from '../../../models/seeded-random.js';
import type { ModelDeclaration } from '../../../rules/format/model-format.js';
import { ACTIVATION_FILE } from '../../../runtime/models/activation.js';
import { artefactText } from '../../../runtime/models/artefact-document.js';
import { ARTEFACTS } from '../../../runtime/models/artefact-shelf.js';
import { cronProblem, nextCronTime } from '../../../runtime/models/cron-schedule.js';
import type { TrainingOutcome } from '../../../runtime/models/kept-version.js';
import { ScheduledTraining } from '../../../runtime/service/scheduled-training.js';
import { SystemAlerts } from '../../../runtime/service/system-alerts.js';
import { SimulatedClock } from '../../simulated-clock.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.UTC(2026, 0, 5, 2, 30);

const modelOf = (id: string, schedule: string | null): ModelDeclaration => ({
  id,
  kind: 'anomaly',
  title: null,
  description: null,
  inputs: [],
  groupBy: [],
  lets: [],
  tables: [],
  functions: [],
  features: ['x'],
  everyMs: null,
  settings: {},
  train: { historyMs: DAY, schedule },
  forgetAfterMs: 0,
  maxInstances: 1,
});

const TRAINED: TrainingOutcome = {
  kind: 'trained',
  hash: '',
  metrics: [],
  data: { from: 0, until: 0, rows: 1, instances: 1, failures: 0, maintenances: 0 },
  verdict: { kind: 'first' },
  notes: [],
  version: 2,
  isNew: true,
  isActive: true,
};

function started(models: readonly ModelDeclaration[]) {
  const clock = new SimulatedClock(START);
  const said: string[] = [];
  const asked: { id: string; at: number; end: (outcome: TrainingOutcome | Error) => void }[] = [];
  const alerts = new SystemAlerts([]);
  const time = () => clock.wall();
  const training = new ScheduledTraining({
    clock,
    timezone: () => 'Europe/Berlin',
    models: () => site.models,
    files: () => site.files,
    train: ({ id }, signal) =>
      new Promise((resolve, reject) => {
        const end = (outcome: TrainingOutcome | Error) =>
          outcome instanceof Error ? reject(outcome) : resolve(outcome);
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        asked.push({ id, at: (clock.wall() - START) / MINUTE, end });
      }),
    takeUp: async () => {
      said.push('taken up');
    },
    system: {
      alerts,
      raise: (alert) => {
        const event = alerts.raise(alert, time());
        if (event !== null) said.push(`raised: ${event.message}`);
      },
      resolve: (alert) => {
        const event = alerts.resolve(alert, time());
        if (event !== null) said.push(`resolved: ${event.message}`);
      },
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const site: { models: readonly ModelDeclaration[]; files: { path: string; text: string }[] } = {
    models,
    files: [],
  };
  training.start();
  return { clock, training, said, asked, site };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a training by schedule', () => {
  it('is due by the clocks of the site, and not before', async () => {
    // Three in Berlin is two o'clock UTC, which has passed: it comes tomorrow.
    const { clock, asked } = started([modelOf('a', '0 3 * * *'), modelOf('b', null)]);
    clock.advance(1409 * MINUTE);
    expect(asked).toEqual([]);
    clock.advance(2 * MINUTE);
    expect(asked.map(({ id, at }) => [id, Math.floor(at)])).toEqual([['a', 1410]]);
  });

  it('waits for the one under way, and is not asked for twice', async () => {
    const { clock, asked, said } = started([modelOf('a', '*/10 * * * *'), modelOf('b', '*/10 * * * *')]);
    clock.advance(35 * MINUTE);
    expect(asked.map(({ id }) => id)).toEqual(['a']);
    asked[0]?.end(TRAINED);
    await settled();
    expect(asked.map(({ id }) => id)).toEqual(['a', 'b']);
    asked[1]?.end({ ...TRAINED, isActive: false });
    await settled();
    expect(said).toEqual(['taken up']);
  });

  it('that comes to nothing is told once, until one succeeds', async () => {
    const { clock, asked, said } = started([modelOf('a', '*/10 * * * *')]);
    for (const outcome of [
      { kind: 'refused', reason: 'there are too few failures', metrics: [], data: null, notes: [] } as const,
      new Error('it needed more memory'),
      TRAINED,
    ]) {
      clock.advance(11 * MINUTE);
      asked.at(-1)?.end(outcome);
      await settled();
    }
    expect(said).toEqual([
      'raised: a was to be trained, and was not: there are too few failures',
      'taken up',
      'resolved: a is up to date',
    ]);
  });

  it('is stopped with the service, and then changes nothing', async () => {
    const { clock, training, said } = started([modelOf('a', '*/10 * * * *')]);
    clock.advance(11 * MINUTE);
    await training.stop();
    clock.advance(60 * MINUTE);
    expect(said).toEqual([]);
  });
});

test('a model is stale when it has seen nothing of what it would learn from', async () => {
  const { clock, said, site } = started([modelOf('a', '0 3 * * *')]);
  const text = artefactText({
    format: 1,
    model: 'a',
    kind: 'anomaly',
    definition: 'made for this test',
    features: [],
    settings: {},
    seed: seededRandom(1)(),
    data: { ...TRAINED.data, from: START, until: START },
    metrics: [],
    learnt: null,
  });
  const active = { a: { version: 1, hash: ARTEFACTS.put(text), before: [] } };
  site.files.push({ path: ACTIVATION_FILE, text: JSON.stringify(active) });
  clock.advance(DAY - 1);
  expect(said).toEqual([]);
  clock.advance(MINUTE);
  expect(said).toEqual(['raised: a has learnt from nothing since 2026-01-05 02:30:00']);
  site.models = [modelOf('a', null)];
  clock.advance(MINUTE);
  expect(said.at(-1)).toBe('resolved: a is not trained by a schedule');
});

test.each([
  ['0 3 * * *', null],
  ['*/5 8-17 * * 1-5', null],
  ['61 3 * * *', 'minute: 61'],
  ['0 3 * * funday', 'funday'],
])('%s as a schedule: %s', (pattern, problem) => {
  if (problem === null) expect(cronProblem(pattern)).toBe(null);
  else expect(cronProblem(pattern)).toMatch(new RegExp(problem, 'i'));
});

test.each([
  // Clocks are put forward at 02:00, and a time that is skipped comes then; they are put back at 03:00.
  ['30 2 * * *', Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 2, 29, 1, 0)],
  ['30 2 * * *', Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 9, 25, 0, 30)],
  ['30 2 * * *', Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 26, 1, 30)],
])('%s where clocks are set', (pattern, after, next) => {
  expect(new Date(nextCronTime(pattern, 'Europe/Berlin', after)).toISOString()).toBe(
    new Date(next).toISOString(),
  );
});
