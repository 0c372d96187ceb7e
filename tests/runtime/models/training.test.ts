/**
 * Training in a site: from recorded messages to a version in force, and what comes of damage. Method: sites of a few files,
 * and the kind that is trained fastest.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ALL_KINDS } from '../../../runtime/models/all-kinds.js';
import { artefactHash, artefactHashSlowly } from '../../../runtime/models/artefact-document.js';
import { keptVersion } from '../../../runtime/models/kept-version.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';
import { modelStanding } from '../../../runtime/models/model-standing.js';
import { ModelStore } from '../../../runtime/models/model-store.js';
import { piecedText, readPieced, readPiecedSlowly } from '../../../runtime/models/pieced-text.js';
import { replayRows } from '../../../runtime/models/row-source.js';
import { RunCollector, TooManyRows } from '../../../runtime/models/run-collector.js';
import { scoringPlan } from '../../../runtime/models/score-rows.js';
import { type TrainingInput, trainModel } from '../../../runtime/models/train-model.js';
import { startReplay } from '../../../runtime/replay/replay.js';
import { loadSite } from '../../../runtime/site/load-site.js';
import { seededRandom } from '../../seeded-random.js';
import { temporarySite } from '../temporary-site.js';

const START = Date.UTC(2026, 0, 1);
const MODEL = {
  id: 'odd',
  kind: 'anomaly',
  warmUp: 100,
  inputs: { vib: 'f/{m}/vib' },
  let: { rms5: { rms: 'vib', over: 5 } },
};

const messages = (seed: number, machines: readonly string[] = ['a', 'b']) => {
  const random = seededRandom(seed);
  return Array.from({ length: 400 }, (_, i) => ({
    time: START + i * 1000,
    topic: `f/${machines[i % machines.length]}/vib`,
    payload: 2 + random(),
  }));
};

function siteOf(model: object = MODEL, seed = 1): { folder: string; input: TrainingInput } {
  const folder = temporarySite({
    'tocsin.json': {},
    'rules/r.json': { rules: [] },
    'models/odd.json': model,
    'in.ndjson': messages(seed)
      .map((message) => JSON.stringify(message))
      .join('\n'),
  });
  const file = { kind: 'file' as const, input: join(folder, 'in.ndjson'), topic: null, timeColumn: 'time' };
  return { folder, input: { folder, model: 'odd', source: file, labels: null, marks: [], seed: null } };
}

async function train({ input }: { input: TrainingInput }, isForced = false) {
  const result = await trainModel(input, () => undefined);
  const store = new ModelStore(join(input.folder, 'data'));
  return { result, store, outcome: await keptVersion(store, { model: 'odd', result, isForced }) };
}

const hashOf = async (folder: string) => (await loadSite(folder)).plan.models?.[0]?.hash;

describe('training', () => {
  it('gives the same bytes for the same data and seed, and others for others', async () => {
    const one = await train(siteOf());
    const [same, other] = [await train(siteOf()), await train(siteOf(MODEL, 2))];
    if (one.result.kind === 'refused') throw new Error(one.result.reason);
    expect(same.result).toEqual(one.result);
    expect(other.result).not.toMatchObject({ hash: one.result.hash });
    expect(one.result.data).toEqual({
      from: START,
      until: START + 399_000,
      rows: 400,
      instances: 2,
      failures: 0,
      maintenances: 0,
    });
    expect(one.outcome).toMatchObject({ version: 1, isActive: true, verdict: { kind: 'first' } });
  });

  it('learns from rows as scoring has them', async () => {
    const { folder, input } = siteOf();
    const { plan, files } = await loadSite(folder);
    const collector = new RunCollector(plan, 'odd');
    await replayRows(collector.plan, input.source, () => undefined);
    const scored: unknown[] = [];
    const watching = loadRules(files.plan, {
      models: modelMaker({
        kinds: ALL_KINDS,
        around: (scorer, { labelValues }) => ({
          quality: '',
          score: (time, row) => {
            scored.push([labelValues, time, [...row]]);
            return scorer.score(time, row);
          },
          mark: () => undefined,
          save: () => [],
          load: () => undefined,
        }),
      }),
    });
    const replay = startReplay(watching.plan);
    for (const message of messages(1)) replay.message(message);
    const collected = collector
      .runs(() => [])
      .flatMap(({ instance, times, rows }) => rows.map((row, i) => [instance, times[i], row]));
    const byTime = (a: unknown[], b: unknown[]) => Number(a[1]) - Number(b[1]);
    expect(collected.sort(byTime)).toEqual(scored);
  });

  it('waits for late readings as the configuration says, and so does scoring', async () => {
    const folder = temporarySite({
      'tocsin.json': { payloads: [{ topic: 'f/#', grace: '5s' }] },
      'models/odd.json': {
        ...MODEL,
        let: { most: { max: 'vib', every: '10s' } },
        features: ['most'],
      },
    });
    const { plan } = await loadSite(folder);
    const collector = new RunCollector(plan, 'odd');
    let scored = 0;
    for (const one of [collector.plan, scoringPlan(plan, 'odd', () => scored++)]) {
      const replay = startReplay(one);
      const send = (time: number, payload: number) =>
        replay.message({
          time: START + time,
          arrives: START + Math.max(time, 12_000),
          topic: 'f/a/vib',
          payload,
        });
      send(1_000, 1);
      send(9_000, 7); // late: its window was over two seconds ago
      send(30_000, 1);
    }
    const [run] = collector.runs(() => []);
    expect(run?.rows[0]).toEqual([7]);
    expect(scored).toBe(run?.rows.length);
  });

  it('does not hold more than memory has', async () => {
    const { folder, input } = siteOf();
    const { plan } = await loadSite(folder);
    const collected = (valuesMax: number) => {
      const collector = new RunCollector(plan, 'odd', valuesMax);
      return replayRows(collector.plan, input.source, () => undefined);
    };
    await expect(collected(1199)).rejects.toThrow(TooManyRows);
    expect(await collected(1200)).toEqual([]);
  });

  it('says what is missing: the file, readings, failures', async () => {
    const { folder, input } = siteOf({ ...MODEL, kind: 'remaining-life', warmUp: undefined });
    const trained = (more: object) =>
      trainModel(
        { ...input, source: { ...input.source, ...more } as TrainingInput['source'] },
        () => undefined,
      );
    await expect(trained({ input: join(folder, 'no.ndjson') })).rejects.toThrow(
      /no.ndjson cannot be read: there is no such file/,
    );
    writeFileSync(join(folder, 'other.ndjson'), '{"time":1,"topic":"g/a/vib","payload":2}\n');
    expect(await trained({ input: join(folder, 'other.ndjson') })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('compare topics and fields'),
    });
    expect(await trained({})).toMatchObject({
      kind: 'refused',
      notes: ['no failure is known: labels/*.csv and `tocsin mark` say when which machine failed'],
    });
  });

  it('refuses labels with mistakes', async () => {
    const site = siteOf();
    mkdirSync(join(site.folder, 'labels'));
    writeFileSync(join(site.folder, 'labels/l.csv'), 'm,time,event\na,1,gone\n');
    await expect(train(site)).rejects.toThrow('labels/l.csv:2: "gone" is no event');
  });
});

it('a text in pieces says the same, read at once or slowly, and not when it is cut', async () => {
  const long = (length: number) => ({ list: Array.from({ length }, (_, i) => i / 3), text: 'ü\n' });
  const value = { a: [long(3), long(60), [long(9000), long(60)]], b: null, c: [[]], d: { e: [long(100)] } };
  const text = piecedText(value);
  expect(text.split('\n').length).toBeGreaterThan(4);
  expect(readPieced(text)).toEqual(value);
  let rests = 0;
  const rest = async () => {
    rests += 1;
  };
  expect(await readPiecedSlowly(text, rest)).toEqual(value);
  expect(rests).toBe(1);
  for (const cut of [text.slice(0, -20), text.slice(0, text.lastIndexOf('\n', text.length - 2)), ''])
    expect(() => readPieced(cut)).toThrow(SyntaxError);
});

it.each([
  ['shorter than what is hashed at once', 'ü'.repeat(10)],
  [
    'longer, with what must not be parted at the border',
    `${'a'.repeat(128 * 1024 - 1)}😀${'😀'.repeat(99_999)}`,
  ],
  ['that ends at the border', 'a'.repeat(128 * 1024)],
  ['that is empty', ''],
])('a text %s has one hash, taken at once or slowly', async (_, text) => {
  expect(await artefactHashSlowly(text, async () => undefined)).toBe(artefactHash(text));
});

describe('a version', () => {
  it('is in force unless it is worse, and the one before can be again', async () => {
    const site = siteOf();
    const { result, store } = await train(site);
    if (result.kind === 'refused') throw new Error(result.reason);
    const kept = (text: string, kind: 'worse' | 'better', isForced = false) =>
      keptVersion(store, {
        model: 'odd',
        result: {
          ...result,
          text,
          verdict: { kind, metric: 'x', own: 2, previous: 1, on: 'new' },
        },
        isForced,
      });
    expect(await kept('{"a":1}', 'worse')).toMatchObject({ version: 2, isActive: false });
    expect(await store.active('odd')).toMatchObject({ version: 1 });
    expect(await kept('{"a":1}', 'worse', true)).toMatchObject({ version: 2, isNew: false, isActive: true });
    expect(await kept('{"a":2}', 'better')).toMatchObject({ version: 3, isActive: true });
    expect(await store.active('odd')).toMatchObject({ version: 3, before: [2, 1] });
    expect(await store.rollback('odd')).toMatchObject({ version: 2, before: [1] });
    expect(await store.rollback('odd')).toMatchObject({ version: 1, before: [] });
    expect(await store.rollback('odd')).toBe(null);
    expect(await store.activate('odd', 9)).toBe(null);
    expect(await store.versions('odd')).toEqual([1, 2, 3]);
  });

  it('is kept among the newest, or while it is in force', async () => {
    const store = new ModelStore(join(siteOf().folder, 'data'));
    await store.add('odd', '0');
    await store.activate('odd', 1);
    for (let i = 1; i < 14; i++) await store.add('odd', String(i));
    expect(await store.versions('odd')).toEqual([1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('counts for the definition that it was made for', async () => {
    const site = siteOf();
    const untrained = await hashOf(site.folder);
    const { store } = await train(site);
    const trained = await hashOf(site.folder);
    expect(trained).not.toBe(untrained);
    writeFileSync(
      join(site.folder, 'models/odd.json'),
      JSON.stringify({ ...MODEL, title: 'Odd', inputs: { vib: 'g/{m}/vib' } }),
    );
    expect(await hashOf(site.folder)).toBe(trained);
    writeFileSync(
      join(site.folder, 'models/odd.json'),
      JSON.stringify({ ...MODEL, let: { rms5: { rms: 'vib', over: 6 } } }),
    );
    expect(await hashOf(site.folder)).toBe(untrained);
    const [declaration] = (await loadSite(site.folder)).models;
    if (declaration === undefined) throw new Error('no model');
    expect(await modelStanding(store, declaration, START)).toMatchObject({
      version: 1,
      problem: 'version 1 was made for another definition of the model: train it again',
    });
    // And is nothing that a version for this one could be worse than.
    const { outcome } = await train(site);
    expect(outcome).toMatchObject({ version: 2, isActive: true, verdict: { kind: 'first' } });
  });

  it('with a schedule gets stale', async () => {
    const site = siteOf({ ...MODEL, train: { history: '1h', schedule: '0 3 * * *' } });
    const { store } = await train(site);
    const [declaration] = (await loadSite(site.folder)).models;
    if (declaration === undefined) throw new Error('no model');
    const until = START + 399_000;
    const problemAt = async (now: number) => (await modelStanding(store, declaration, now)).problem;
    expect(await problemAt(until + 3_599_999)).toBe(null);
    expect(await problemAt(until + 3_600_000)).toContain('version 1 is stale');
  });

  it('that is damaged is an issue where it is named, and nothing is learnt', async () => {
    const site = siteOf();
    const untrained = await hashOf(site.folder);
    await train(site);
    // Of other bytes than any other test has: what was read once is known by its hash.
    const path = join(site.folder, 'data/models/odd/1.json');
    writeFileSync(path, `${readFileSync(path, 'utf8')} `);
    const store = new ModelStore(join(site.folder, 'data'));
    await store.activate('odd', 1);
    writeFileSync(path, '{"format":1');
    const { issues, plan } = await loadSite(site.folder);
    expect(issues).toMatchObject([
      {
        file: 'data/models/activation.json',
        line: 2,
        code: 'unreadable-artefact',
        message: 'Version 1 of the model "odd" is missing or damaged.',
      },
    ]);
    expect(plan.models?.[0]?.hash).toBe(untrained);
  });

  it('stays in force when the file that says so is damaged', async () => {
    const site = siteOf();
    const { store } = await train(site);
    await store.add('odd', '{}');
    await store.activate('odd', 2);
    const path = join(site.folder, 'data/models/activation.json');
    for (const text of ['', '{"odd":', '{"odd":{"version":0}}']) {
      writeFileSync(path, text);
      expect(await new ModelStore(join(site.folder, 'data')).active('odd')).toMatchObject({ version: 1 });
    }
    rmSync(path);
    expect(await new ModelStore(join(site.folder, 'data')).active('odd')).toBe(null);
  });
});
