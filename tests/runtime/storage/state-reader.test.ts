/**
 * What is stored can be asked for while the service runs and without it, by the same questions. Method: a ledger on the
 * real thread, asked through it and by a reader beside it.
 */
import { describe, expect, test } from 'vitest';
import { unattempted } from '../../../runtime/delivery/outbox.js';
import { openStateReader, type StateReader } from '../../../runtime/storage/state-reader.js';
import {
  delivery,
  episodeState,
  event,
  message,
  NOON,
  NOTHING,
  numbersIn,
  opened,
  plain,
  temporaryFolder,
} from './ledger-fixture.js';

const PLAN = [{ path: 'rules/a.json', text: '{ "rules": [] }' }];

function readerOf(folder: string): StateReader {
  const reader = openStateReader(folder);
  if (reader === null) throw new Error('there is nothing to read');
  return reader;
}

/** Both ways to ask come to the same. */
async function asked<T>(folder: string, through: Promise<T>, ask: (reader: StateReader) => T): Promise<T> {
  const reader = readerOf(folder);
  const answer = ask(reader);
  reader.close();
  expect(await through).toEqual(answer);
  return answer;
}

test('where nothing was stored there is nothing to read', () => {
  expect(openStateReader(temporaryFolder())).toBeNull();
});

test('alerts that have not ended', async () => {
  const folder = temporaryFolder();
  const { ledger, queries } = await opened(folder);
  const episodes = [episodeState('e1'), episodeState('e2', 'latched'), episodeState('e3', 'ended')];
  await ledger.append({ ...NOTHING, episodes });
  expect(await asked(folder, queries.alerts(), (reader) => reader.alerts())).toEqual(episodes.slice(0, 2));
  await ledger.close();
});

test('events, by range, rule and episode, page by page', async () => {
  const folder = temporaryFolder();
  const { ledger, queries } = await opened(folder);
  const events = [
    event('e1', { time: NOON }),
    event('e2', { time: NOON + 1, rule: 'cold' }),
    event('e1', { time: NOON + 2, event: 'resolved', reason: 'normal' }),
    event('e3', { time: NOON + 3, episode: null, event: 'pending' }),
  ];
  await ledger.append({ ...NOTHING, events });
  const find = async (query: Omit<Parameters<StateReader['events']>[0], 'limit'>, limit = 100) => {
    const found = await asked(folder, queries.events({ ...query, limit }), (reader) =>
      reader.events({ ...query, limit }),
    );
    return found.map(({ value }) => value);
  };
  expect(await find({})).toEqual(events);
  expect(JSON.stringify(await find({}))).toBe(JSON.stringify(events));
  expect(await find({ from: NOON + 1, to: NOON + 2 })).toEqual(events.slice(1, 3));
  expect(await find({ rule: 'hot', to: NOON + 2 })).toEqual([events[0], events[2]]);
  expect(await find({ episode: 'e1' })).toEqual([events[0], events[2]]);
  expect(await find({}, 3)).toEqual(events.slice(1));
  const [oldest] = await queries.events({ limit: 3 });
  expect(await find({ before: oldest?.number ?? 0 })).toEqual(events.slice(0, 1));
  await ledger.close();
});

describe('deliveries', () => {
  test('by state, receiver and lane, page by page', async () => {
    const folder = temporaryFolder();
    const { ledger, queries } = await opened(folder);
    const all = [
      delivery('n1'),
      { ...delivery('n2', 'firing', 'shift'), lane: 'e2' },
      delivery('n3', 'resolved'),
      delivery('n4'),
    ];
    await ledger.append({ ...NOTHING, deliveries: all });
    ledger.progress('n3', { ...unattempted(delivery('n3')), state: 'dead', lastError: '410' });
    ledger.progress('n4', { ...unattempted(delivery('n4')), state: 'expired' });
    await ledger.stored();
    const ids = async (query: Omit<Parameters<StateReader['deliveries']>[0], 'limit'>, limit = 100) => {
      const found = await asked(folder, queries.deliveries({ ...query, limit }), (reader) =>
        reader.deliveries({ ...query, limit }),
      );
      return found.map(({ value }) => value.delivery.notice.id);
    };
    expect(await ids({})).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(await ids({ states: ['dead', 'expired'] })).toEqual(['n3', 'n4']);
    expect(await ids({ states: ['queued'], receiver: 'shift' })).toEqual(['n2']);
    expect(await ids({ lane: 'e1' })).toEqual(['n1', 'n3', 'n4']);
    expect(await ids({ episode: 'e1' })).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(await ids({ episode: 'e2' })).toEqual([]);
    expect(await ids({}, 2)).toEqual(['n3', 'n4']);
    expect(await ids({ before: 3 }, 1)).toEqual(['n2']);
    expect(await queries.delivery('n3')).toMatchObject({ delivery: all[2], state: 'dead', lastError: '410' });
    expect(await queries.delivery('n5')).toBeNull();
    const summary = await asked(folder, queries.outbox(), (reader) => reader.outbox());
    expect(summary).toMatchObject({ queued: 2, oldest: { delivery: all[0] }, dead: 2 });
    await ledger.close();
  });

  test('an empty outbox', async () => {
    const folder = temporaryFolder();
    const { ledger, queries } = await opened(folder);
    expect(await queries.outbox()).toEqual({ queued: 0, oldest: null, dead: 0 });
    await ledger.close();
  });

  test('every obligation is in exactly one state', async () => {
    const folder = temporaryFolder();
    const { ledger, queries } = await opened(folder);
    const none = {
      raised: 0,
      queued: 0,
      delivered: 0,
      merged: 0,
      expired: 0,
      dead: 0,
      suppressed: 0,
      unrouted: 0,
      held: 0,
    };
    expect(await queries.accounting()).toEqual(none);
    const many = { ...delivery('n4', 'group'), obligations: 3 };
    const deliveries = [delivery('n1'), delivery('n2'), delivery('n3', 'system'), many];
    await ledger.append({ ...NOTHING, deliveries, untold: { suppressed: 2, held: 1 } });
    expect(await queries.accounting()).toEqual({ ...none, raised: 8, queued: 5, suppressed: 2, held: 1 });
    // The same notices once more are the same notices.
    await ledger.append({ ...NOTHING, deliveries });
    const standing = unattempted(delivery('n1'));
    ledger.progress('n1', { ...standing, state: 'dead' });
    ledger.progress('n3', { ...standing, state: 'delivered' });
    ledger.progress('n4', { ...standing, state: 'delivered' });
    ledger.progress('n4', { ...standing, state: 'delivered' });
    await ledger.stored();
    expect(await queries.accounting()).toEqual({
      ...none,
      raised: 8,
      queued: 1,
      delivered: 3,
      dead: 1,
      suppressed: 2,
      held: 1,
    });
    // A dead letter is sent again.
    ledger.progress('n1', { ...standing, state: 'queued' });
    await ledger.stored();
    expect(await asked(folder, queries.accounting(), (reader) => reader.accounting())).toMatchObject({
      raised: 8,
      queued: 2,
      dead: 0,
    });
    await ledger.close();
  });
});

describe('the journal', () => {
  test('from its beginning, as long as it is there', async () => {
    const folder = temporaryFolder();
    const { ledger } = await opened(folder);
    await ledger.append({ ...NOTHING, records: [{ kind: 'plan', time: NOON, files: PLAN }] });
    await ledger.message(message(1), true);
    await ledger.snapshot(new Uint8Array([1, 2, 3]));
    await ledger.message(message(2), true);
    const reader = readerOf(folder);
    const part = reader.journal();
    expect(part).toMatchObject({ snapshot: null, seq: 1 });
    const records = [...part.records((text) => expect.unreachable(text))].flat();
    expect(plain(records)).toEqual(
      plain([{ kind: 'plan', time: NOON, files: PLAN }, message(1), message(2)]),
    );
    reader.close();
    await ledger.close();
  });

  test('from the snapshot before a record, with the rules that were in force', async () => {
    const folder = temporaryFolder();
    const { ledger } = await opened(folder);
    await ledger.append({ ...NOTHING, records: [{ kind: 'plan', time: NOON, files: PLAN }, message(1)] });
    const stored = ledger.snapshot(new Uint8Array([1, 2, 3]));
    void ledger.message(message(2), false);
    await stored;
    await ledger.message(message(3), true);
    await ledger.close();
    const reader = readerOf(folder);
    for (const from of [3, 4, 1_000]) {
      const part = reader.journal(from);
      expect(part.snapshot).toEqual({ data: new Uint8Array([1, 2, 3]), files: PLAN });
      expect(part.seq).toBe(3);
      expect(numbersIn([...part.records(() => undefined)].flat())).toEqual([2, 3]);
    }
    // The snapshot holds the second record already.
    expect(reader.journal(2)).toMatchObject({ snapshot: null, seq: 1 });
    reader.close();
  });

  test('how large it is', async () => {
    const folder = temporaryFolder();
    const { ledger, queries } = await opened(folder);
    expect(await queries.size()).toMatchObject({ journalBytes: 0, commits: 0 });
    for (let i = 0; i < 3; i++) await ledger.message(message(i), true);
    const { journalBytes, fileBytes, commits } = await queries.size();
    expect(commits).toBe(3);
    expect(journalBytes).toBeGreaterThan(20);
    expect(fileBytes % 4_096).toBe(0);
    await ledger.close();
  });
});
