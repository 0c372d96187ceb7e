/**
 * The past of rules from real files: the journal as far back as it goes, history before that. An engine that took in all of
 * it as it came must be where the one is that is made of them, and give the same from then on.
 */
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import { Database } from '../../../runtime/storage/database.js';
import type { JournalMessage, JournalRecord } from '../../../runtime/storage/journal-record.js';
import { foldPast, type Past, type PastInput } from '../../../runtime/warm-up/fold-past.js';
import { KEEP_ALL, measured, TestedHistory } from '../history/history-fixture.js';
import { NOTHING, opened, temporaryFolder } from '../storage/ledger-fixture.js';

const START = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const EACH = { x: 'f/{m}/x' };
const RULES = [
  { id: 'day', inputs: EACH, when: { avg: 'x', over: '24h', full: true, above: 31 } },
  { id: 'delay', inputs: EACH, when: { value: 'x', above: 50, for: '10m' } },
  { id: 'gone', inputs: EACH, when: { absent: 'x', for: '5m' } },
  { id: 'many', inputs: { all: 'f/+/x' }, groupBy: [], when: { distinct: 'all', over: '2h', above: 40 } },
];
const FILES = [{ path: 'rules/r.json', text: JSON.stringify({ rules: RULES }) }];
const UNITS = RULES.map(({ id }) => id);

/** Three machines that say something each minute, one of them a little late. */
function messagesOf(from: number, to: number): JournalMessage[] {
  const messages: JournalMessage[] = [];
  for (let at = from; at < to; at += MINUTE) {
    for (const [index, machine] of ['c', 'a', 'b'].entries()) {
      const value = (at / MINUTE + 20 * index) % 61;
      messages.push(measured(`f/${machine}/x`, value, at + index, { ageMs: index === 2 ? 1_500 : 0 }));
    }
    messages.push(measured('other/topic', 1, at + 3));
  }
  return messages;
}

async function stored(folder: string, records: readonly JournalRecord[]): Promise<void> {
  const { ledger } = await opened(folder);
  for (let at = 0; at < records.length; at += 400) {
    await ledger.append({ ...NOTHING, records: records.slice(at, at + 400) });
  }
  await ledger.close();
}

function fed(records: readonly JournalRecord[]): Engine {
  const engine = createEngine(planOfFiles(FILES));
  for (const record of records) foldRecord(engine, record);
  return engine;
}

function loaded({ state }: Past): Engine {
  const engine = createEngine(planOfFiles(FILES));
  engine.load({ version: 1, data: inflateRawSync(state) });
  return engine;
}

function expectSame(one: Engine, other: Engine, end: number): void {
  const seen = (engine: Engine) =>
    UNITS.map((id) => engine.instances(id).map(({ labels, state, due }) => ({ id, labels, state, due })));
  one.advance(end);
  other.advance(end);
  expect(seen(one)).toEqual(seen(other));
  const next = messagesOf(end, end + 2 * HOUR).flatMap(({ message: { topic, arrival } }) =>
    topic === 'f/b/x' ? [] : [measured(topic, 60, arrival)],
  );
  const events = (engine: Engine) =>
    next
      .flatMap((record) => foldRecord(engine, record))
      .map(({ episode: _, message: _m, ...event }) => event);
  const expected = events(other);
  expect(events(one)).toEqual(expected);
  expect(new Set(expected.map(({ rule }) => rule))).toEqual(new Set(UNITS));
}

const input = (dataFolder: string, rest: Partial<PastInput> = {}): PastInput => ({
  dataFolder,
  history: KEEP_ALL,
  graces: [],
  files: FILES,
  artefacts: [],
  units: UNITS,
  from: 0,
  readingsMax: 1e6,
  after: null,
  ...rest,
});

const END = START + 26 * HOUR;
const RECORDS: JournalRecord[] = [
  { kind: 'offset', time: START - 1, offset: 1_000 },
  ...messagesOf(START, START + 20 * HOUR),
  { kind: 'gap', from: START + 20 * HOUR - 10, to: START + 20 * HOUR },
  { kind: 'offset', time: START + 20 * HOUR, offset: 2_000 },
  ...messagesOf(START + 20 * HOUR, END),
];

test('all of it is in the journal', async () => {
  const folder = temporaryFolder();
  await stored(folder, RECORDS);
  const past = foldPast(input(folder));
  expect(past.seq).toBe(RECORDS.length);
  expectSame(loaded(past), fed(RECORDS), END);
});

test('the journal begins in the middle: the rest is in history', async () => {
  const folder = temporaryFolder();
  await stored(folder, RECORDS);
  const history = new TestedHistory(folder);
  history.workOff();
  history.close();
  const db = new Database(join(folder, 'state.db'));
  db.run('DELETE FROM journal WHERE last_time < ?', START + 10 * HOUR);
  db.close();
  const past = foldPast(input(folder));
  expect(past.seq).toBe(RECORDS.length);
  // Each reading once, wherever it is.
  expect(past.messages).toBe(3 * 26 * 60);
  expectSame(loaded(past), fed(RECORDS), END);
  // Of the 10 hours that only history has, as many as are wanted.
  const short = foldPast(input(folder, { readingsMax: 3 * 60 * 4 }));
  expect(short.messages).toBeGreaterThanOrEqual(3 * 60 * (16 + 3));
  expect(short.messages).toBeLessThanOrEqual(3 * 60 * (16 + 4) + 3);
});

test('it goes on from where an earlier round has come to', async () => {
  const folder = temporaryFolder();
  const cut = RECORDS.length - 1_001;
  await stored(folder, RECORDS.slice(0, cut));
  const first = foldPast(input(folder));
  expect(first.seq).toBe(cut);
  await stored(folder, RECORDS.slice(cut));
  const past = foldPast(input(folder, { after: first }));
  expect(past.seq).toBe(RECORDS.length);
  expectSame(loaded(past), fed(RECORDS), END);
});

test('only what is wanted of it is looked at', async () => {
  const folder = temporaryFolder();
  await stored(folder, RECORDS);
  const from = END - 2 * HOUR;
  const { messages } = foldPast(input(folder, { from }));
  expect(messages).toBeGreaterThanOrEqual(3 * 2 * 60);
  // Rows of the journal are whole.
  expect(messages).toBeLessThan(3 * 2 * 60 + 400);
});

test('nothing is stored: there is no past', () => {
  const past = foldPast(input(temporaryFolder()));
  expect(past).toMatchObject({ seq: 0, messages: 0 });
  expect(loaded(past).counters.instances).toBe(0);
});
