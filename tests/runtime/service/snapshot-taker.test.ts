/** Snapshots taken while messages go on: of which moment they are, and what becomes of one that fails. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import { Redeliveries } from '../../../runtime/intake/redeliveries.js';
import { TopicTable } from '../../../runtime/intake/topic-table.js';
import { type SnapshotContent, unpackContent } from '../../../runtime/replay/snapshot-content.js';
import { SnapshotTaker } from '../../../runtime/service/snapshot-taker.js';
import type { Ledger } from '../../../runtime/storage/ledger.js';
import { NOON } from '../intake/intake-fixture.js';
import { HOT, rulesOf } from '../replay/rules-of.js';
import { settled } from './held-ledger.js';

const MACHINES = 400;
/** For a pause after any snapshot. */
const LONG_MS = 1e9;

function fixture() {
  const rules = rulesOf(HOT);
  const engine = createEngine({ rules });
  for (let i = 0; i < MACHINES; i++) heat(engine, `m${i}`, 20);
  const topics = new TopicTable({ rules, payloads: [], kept: [], seriesMax: 10_000 });
  /** What the ledger was given. */
  const given: Promise<Uint8Array>[] = [];
  const tail = { records: 0, bytes: 0 };
  const ledger: Pick<Ledger, 'snapshot' | 'tail'> = {
    tail,
    async snapshot(data) {
      given.push(Promise.resolve(data));
      await data;
    },
  };
  const later: (() => void)[] = [];
  /** Each look at it is a ms later: one is a slice. */
  const clock = { ms: 0 };
  const taker = new SnapshotTaker({
    engine,
    offset: () => 7,
    memory: { topics, redeliveries: new Redeliveries({ sessions: 1, messagesMax: 1 }) },
    ledger,
    now: () => clock.ms++,
    soon: (action) => later.push(action),
  });
  /** Slices go on, one at a time, until none waits. */
  const finish = async () => {
    for (await settled(); later.length > 0; await settled()) later.shift()?.();
  };
  return { rules, engine, given, tail, clock, later, taker, finish };
}

function heat(engine: Engine, machine: string, payload: number): void {
  engine.message({ topic: `plant/${machine}/temp`, payload, time: NOON, arrival: NOON });
}

async function contentOf(data: Promise<Uint8Array> | undefined): Promise<SnapshotContent> {
  return unpackContent((await data) ?? new Uint8Array());
}

test('what comes while it is worked out is not in it', async () => {
  const { rules, engine, given, later, taker, finish } = fixture();
  const before = engine.save();
  const taken = taker.take();
  await settled();
  expect(later).toHaveLength(1);
  heat(engine, `m${MACHINES - 1}`, 99);
  heat(engine, 'new', 99);
  await finish();
  await taken;
  const content = await contentOf(given[0]);
  expect(content).toMatchObject({ offset: 7 });
  expect(Buffer.compare(content.engine.data, before.data)).toBe(0);
  const loaded = createEngine({ rules });
  loaded.load(content.engine);
  expect(loaded.instances('hot')).toHaveLength(MACHINES);
});

test('one that is asked for meanwhile comes after it, of the moment when it is done', async () => {
  const { rules, engine, given, taker, finish } = fixture();
  const both = [taker.take(), taker.take()];
  await settled();
  heat(engine, 'new', 99);
  await finish();
  await Promise.all(both);
  const loaded = createEngine({ rules });
  loaded.load((await contentOf(given[1])).engine);
  expect(loaded.instances('hot')).toHaveLength(MACHINES + 1);
});

test('after one that fails the next is taken', async () => {
  const { engine, given, taker, finish } = fixture();
  const failing = taker.take();
  failing.catch(() => undefined);
  await settled();
  engine.saveInSlices(); // gives up the one on its way
  await finish();
  await expect(failing).rejects.toThrow('another snapshot was begun');
  const next = taker.take();
  await finish();
  await next;
  expect(given).toHaveLength(2);
});

test.each([
  { records: 49_999, bytes: 1e9, taken: 1 },
  { records: 50_000, bytes: 1e9, taken: 2 },
  { records: 1e6, bytes: 1_000, taken: 1 },
])('after $records records of $bytes bytes in all there are $taken', async ({ taken, ...after }) => {
  const { given, tail, clock, taker, finish } = fixture();
  const first = taker.take();
  await finish();
  await first;
  Object.assign(tail, after);
  clock.ms += LONG_MS;
  taker.keepTailShort();
  await finish();
  expect(given).toHaveLength(taken);
});

test('while one is on its way none is asked for, however much comes', async () => {
  const { given, tail, clock, taker, finish } = fixture();
  Object.assign(tail, { records: 1e6, bytes: 1e9 });
  for (let look = 0; look < 5; look++) taker.keepTailShort();
  await finish();
  expect(given).toHaveLength(1);
  clock.ms += LONG_MS;
  taker.keepTailShort();
  await finish();
  expect(given).toHaveLength(2);
});

test('one that took long is not followed by another for three times as long', async () => {
  const { given, tail, clock, taker, finish } = fixture();
  Object.assign(tail, { records: 1e6, bytes: 1e9 });
  taker.keepTailShort();
  await finish();
  const tookMs = clock.ms;
  for (const [ms, taken] of [
    [2 * tookMs, 1],
    [2 * tookMs, 2],
  ] as const) {
    clock.ms += ms;
    taker.keepTailShort();
    await finish();
    expect(given).toHaveLength(taken);
  }
});
