/**
 * Training with the program as people start it: what is learnt from are the rows that were scored, a running service takes a
 * new version up, and what it learnt is part of its journal, through a kill and without its files.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { RowScorer } from '../../../rules/supply.js';
import { ALL_KINDS } from '../../../runtime/models/all-kinds.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { parseJournalLine } from '../../../runtime/replay/parse-journal-line.js';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { seededRandom } from '../../seeded-random.js';
import { tocsin } from '../command-line/run-in-process.js';
import { temporarySite } from '../temporary-site.js';
import { TocsinProcess } from './spawn-tocsin.js';

const PARTS = {
  inputs: {
    x: { topic: 'f/{machine}/data', field: 'x' },
    load: { topic: 'f/{machine}/data', field: 'load' },
  },
  let: {
    rms: { rms: 'x', over: 5 },
    calm: { avg: 'x', over: '250ms' },
    ratio: 'x / load',
  },
};
/** Those that do not change while time passes, when a view is shown. */
const SHOWN = ['x', 'load', 'rms', 'ratio'];
const FEATURES = ['x', 'load', 'rms', 'calm', 'ratio'];

const SITE = {
  'tocsin.json': { mqtt: { embedded: { port: 0 } }, durability: 'strict' },
  'models/odd.json': { id: 'odd', kind: 'anomaly', warmUp: 100, ...PARTS, features: FEATURES },
  'views/row.json': {
    id: 'row',
    ...PARTS,
    emit: { x: 'x', load: 'load', rms: 'rms', ratio: 'ratio' },
    publish: 'rows/{machine}',
  },
  'rules/judged.json': {
    id: 'judged',
    inputs: { odd: { model: 'odd', output: 'score' } },
    when: 'odd >= 0',
    message: '{machine} is judged',
  },
};

/** More than the warm-up, and what is held out. */
const ROWS = 130;
const PATIENCE = { timeout: 15_000, interval: 100 };

test('from live rows to a version in force, and through a kill', async () => {
  const folder = temporarySite(SITE);
  const first = new TocsinProcess(['start', '--site', folder]);
  const client = await mqttClient(`mqtt://127.0.0.1:${await first.ready()}`);
  const live = new Map<string, unknown[]>([
    ['p1', []],
    ['p2', []],
  ]);
  client.on('message', (topic, payload) =>
    live.get(topic.split('/')[1] ?? '')?.push(JSON.parse(String(payload))),
  );
  await client.subscribeAsync('rows/#', { qos: 1 });
  const random = seededRandom(5);
  const send = (count: number) => sendRows(client, random, count);
  await send(ROWS);
  await vi.waitFor(() => {
    for (const rows of live.values()) expect(rows.length).toBeGreaterThan(1);
  }, PATIENCE);

  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await tocsin([...args, '--site', folder]);
    return { code, stdout, stderr };
  };
  const file = join(folder, 'rows.ndjson');
  expect(await command('train', 'odd', '--rows', file)).toMatchObject({ code: 0 });
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rowsOf = (machine: string) =>
    rows.filter(({ labels }) => labels.machine === machine).map(({ features }) => JSON.stringify(features));
  // A view shows live what its signals say, once a second: those rows are among them, in their order.
  for (const [machine, published] of live) {
    const own = rowsOf(machine).map((row) => shownOf(JSON.parse(row)));
    const places = published.map((row) => own.indexOf(shownOf(row)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  }
  // And all of them are those that the service scored, which its journal tells.
  const journal = await command('export', '--journal');
  const scored = await scoredRows(journal.stdout.trim().split('\n'));
  for (const machine of live.keys()) {
    expect(rowsOf(machine)).toEqual(scored.get(machine));
    expect(rowsOf(machine)).toHaveLength(ROWS);
    // Windows of time and of readings, and what is made of both: all known from the first reading on, and all alive.
    const features = rowsOf(machine).map((row) => Object.values(JSON.parse(row)));
    expect(new Set(features.flat().map((value) => typeof value))).toEqual(new Set(['number']));
    for (const place of FEATURES.keys())
      expect(new Set(features.map((row) => row[place])).size).toBeGreaterThan(ROWS / 2);
  }

  expect((await command('mark', 'machine=p1', 'maintenance')).stdout).toContain('1 instance of models heard');
  const trained = await command('train', 'odd', '--json');
  expect(JSON.parse(trained.stdout)).toMatchObject({
    version: 1,
    isActive: true,
    data: { rows: 2 * ROWS, maintenances: 1 },
  });
  expect(trained.stderr).toContain('the running service has taken it up');
  const shown = async () => JSON.parse((await command('models', 'show', 'odd', '--json')).stdout);
  await send(1);
  await vi.waitFor(async () => {
    const { version, instances } = await shown();
    expect({ version, instances }).toMatchObject({
      version: 1,
      instances: [{ quality: 'ok' }, { quality: 'ok' }],
    });
  }, PATIENCE);
  const alerts = async () => JSON.parse((await command('alerts', '--json')).stdout);
  expect(await alerts()).toMatchObject([{ rule: 'judged' }, { rule: 'judged' }]);

  const exported = join(folder, 'journal.ndjson');
  writeFileSync(exported, (await command('export', '--journal')).stdout);
  const replayed = await tocsin(['replay', '--journal', exported]);
  const episodes = replayed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).episode);
  expect(episodes.sort()).toEqual((await alerts()).map(({ episode }: { episode: string }) => episode).sort());

  writeFileSync(join(folder, 'data/models/odd/2.json'), '{"format":1');
  expect(await command('models', 'activate', 'odd', '2')).toMatchObject({ code: 3 });
  first.signal('SIGKILL');
  await first.ended();
  rmSync(join(folder, 'data/models/odd/1.json'));
  const second = new TocsinProcess(['start', '--site', folder]);
  await second.ready();
  expect(await shown()).toMatchObject({
    version: 1,
    problem: 'version 1 is missing or damaged',
    instances: [{ quality: 'ok' }, { quality: 'ok' }],
  });
  const marks = JSON.parse((await command('mark', 'list', '--json')).stdout);
  expect(marks).toMatchObject([{ number: 1, labels: { machine: 'p1' }, event: 'maintenance' }]);
}, 90_000);

function shownOf(row: unknown): string {
  const values = row as Record<string, unknown>;
  return JSON.stringify(SHOWN.map((name) => values[name]));
}

/** The rows that the model was given, by machine: a journal is folded as the service folds it. */
async function scoredRows(lines: readonly string[]): Promise<Map<string, string[]>> {
  const scored = new Map<string, string[]>();
  const watch: RowScorer = {
    quality: '',
    score: () => [],
    mark: () => undefined,
    save: () => [],
    load: () => undefined,
  };
  const kinds = ALL_KINDS;
  const planOf = (files: readonly SourceFile[]) =>
    loadRules(files, {
      models: modelMaker({
        kinds,
        around: (_, { labelValues: [machine = ''] }) => ({
          ...watch,
          score(_time, row) {
            const features = Object.fromEntries(FEATURES.map((name, at) => [name, row[at]]));
            scored.set(machine, [...(scored.get(machine) ?? []), JSON.stringify(features)]);
            return [];
          },
        }),
      }),
    }).plan;
  const engine = createEngine({ rules: [] });
  for (const line of lines) {
    const entry = parseJournalLine(line);
    if (typeof entry === 'string') throw new Error(entry);
    if (entry.kind !== 'head' && entry.kind !== 'artefact' && entry.kind !== 'snapshot')
      foldRecord(engine, entry, planOf);
  }
  return scored;
}

async function sendRows(
  client: Awaited<ReturnType<typeof mqttClient>>,
  random: () => number,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    for (const machine of ['p1', 'p2']) {
      const payload = { x: 2 + random(), load: 50 + 10 * random() };
      await client.publishAsync(`f/${machine}/data`, JSON.stringify(payload), { qos: 1 });
    }
  }
}
