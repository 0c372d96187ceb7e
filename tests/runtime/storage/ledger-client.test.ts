/**
 * What the ledger does when the disk does not take what it should. Method: a disk that fails by a script, a clock that
 * stands; what is stored in the end is compared with what was appended, and the promises with what had happened.
 */
import { describe, expect, test } from 'vitest';
import { unattempted } from '../../../runtime/delivery/outbox.js';
import { readJournalRow } from '../../../runtime/storage/journal-reader.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { LedgerClient } from '../../../runtime/storage/ledger-client.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { FakeStore } from './fake-store.js';
import { delivery, event, message, NOON, NOTHING, numbersIn } from './ledger-fixture.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

class Site {
  readonly clock = new SimulatedClock(NOON);
  readonly store = new FakeStore();
  readonly said: string[] = [];
  readonly ledger: LedgerClient;

  constructor(rest: { isShort?: boolean; isHoled?: boolean } = {}) {
    this.ledger = new LedgerClient({
      store: this.store,
      clock: this.clock,
      durability: 'strict',
      next: { commit: 1, seq: 1, topic: 0, snapshot: 1 },
      plan: null,
      lastTime: Number.NEGATIVE_INFINITY,
      isShort: false,
      isHoled: false,
      onDegraded: (reason) => this.said.push(`degraded: ${reason}`),
      onRecovered: () => this.said.push('recovered'),
      onResynchronise: () => this.said.push('resynchronise'),
      onProblem: (text) => this.said.push(text),
      ...rest,
    });
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1) {
      this.clock.advance(1);
      if (left % 10 === 0) await settled();
    }
    await settled();
  }

  /** Appends a message, awaited; gives what becomes of it. */
  send(number: number): { outcome: 'waits' | 'stored' | 'refused' } {
    const sent: { outcome: 'waits' | 'stored' | 'refused' } = { outcome: 'waits' };
    this.ledger.message(message(number), true).then(
      () => {
        sent.outcome = 'stored';
      },
      () => {
        sent.outcome = 'refused';
      },
    );
    return sent;
  }

  /** Everything in the journal. */
  get records(): JournalRecord[] {
    const topics = new Map<number, string>();
    return this.store.stored.flatMap(({ journal }) => {
      if (journal === null) return [];
      const { firstTime, count, bytes, generation } = journal;
      for (const [index, topic] of journal.topics.topics.entries())
        topics.set(journal.topics.first + index, topic);
      const topic = (place: number) => topics.get(generation + place);
      return readJournalRow({ firstTime, count, bytes, topic, plan: () => undefined });
    });
  }
}

describe('a write that fails', () => {
  test.each(['fails', 'lies'] as const)(
    'once (it %s): not acknowledged, and stored once all the same',
    async (how) => {
      const site = new Site();
      site.store.script = [how];
      const sent = site.send(1);
      await site.pass(10);
      expect(sent.outcome).toBe('refused');
      expect(site.store.asked).toEqual(['commit 1', 'reopen', 'commit 1']);
      expect(numbersIn(site.records)).toEqual([1]);
      expect(site.ledger.state).toBe('ok');
      const next = site.send(2);
      await site.pass(10);
      expect(next.outcome).toBe('stored');
      expect(numbersIn(site.records)).toEqual([1, 2]);
      expect(site.said).toEqual([]);
    },
  );

  test('nothing is acknowledged while it is tried again', async () => {
    const site = new Site();
    site.store.script = ['fails'];
    const first = site.send(1);
    const second = site.send(2);
    await site.pass(1);
    expect([first.outcome, second.outcome]).toEqual(['waits', 'waits']);
    let release = () => {};
    site.store.hold = new Promise((resolve) => {
      release = resolve;
    });
    await site.pass(20);
    const third = site.send(3);
    await site.pass(20);
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['waits', 'waits', 'waits']);
    release();
    await site.pass(20);
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['refused', 'refused', 'stored']);
    expect(numbersIn(site.records)).toEqual([1, 2, 3]);
  });
});

describe('a disk that takes nothing', () => {
  async function failing(): Promise<Site> {
    const site = new Site();
    site.store.otherwise = 'fails';
    const sent = site.send(1);
    await site.pass(10);
    expect(sent.outcome).toBe('refused');
    expect(site.ledger.state).toBe('degraded');
    expect(site.said).toEqual(['degraded: input/output error']);
    return site;
  }

  test('nothing is acknowledged, at once', async () => {
    const site = await failing();
    const sent = site.send(2);
    await settled();
    expect(sent.outcome).toBe('refused');
    await expect(site.ledger.stored()).rejects.toThrow('input/output error');
    await expect(site.ledger.snapshot(new Uint8Array(3))).rejects.toThrow();
    await expect(site.ledger.append({ ...NOTHING, deliveries: [delivery('n1')] })).rejects.toThrow();
  });

  test('it is tried every 5 s, and then everything is stored in order', async () => {
    const site = await failing();
    site.send(2);
    void site.ledger.append({
      ...NOTHING,
      records: [message(3)],
      events: [event('e1')],
      deliveries: [delivery('n1')],
    });
    site.ledger.progress('n1', { ...unattempted(delivery('n1')), state: 'delivered' });
    const tries = () => site.store.asked.filter((what) => what === 'reopen').length;
    expect(tries()).toBe(1);
    await site.pass(4_990);
    expect(tries()).toBe(1);
    await site.pass(10);
    expect(tries()).toBe(2);
    site.store.otherwise = 'stores';
    await site.pass(4_990);
    site.send(4);
    expect(site.ledger.state).toBe('degraded');
    await site.pass(20);
    expect(site.ledger.state).toBe('ok');
    expect(site.said.slice(1)).toEqual(['recovered']);
    expect(numbersIn(site.records)).toEqual([1, 2, 3, 4]);
    const changes = site.store.stored.map((commit) => commit.changes);
    expect(changes.flatMap(({ events }) => events)).toHaveLength(1);
    expect(changes.flatMap(({ outbox }) => outbox.map(({ kind }) => kind))).toEqual(['added', 'progress']);
    const next = site.send(5);
    await site.pass(20);
    expect(next.outcome).toBe('stored');
  });

  test('what has no room in memory is lost, counted, and a snapshot asked for', async () => {
    const site = await failing();
    const large = message(2, { bytes: new Uint8Array(4 * 1024 * 1024).fill(0x31) });
    for (let i = 0; i < 4; i++) void site.ledger.message(large, false);
    void site.ledger.message(message(3), false);
    expect(site.ledger.isFull).toBe(true);
    let isDrained = false;
    void site.ledger.drained().then(() => {
      isDrained = true;
    });
    void site.ledger.append({ ...NOTHING, records: [message(4), message(5)], events: [event('e1')] });
    site.store.otherwise = 'stores';
    await site.pass(5_020);
    const lost = site.records.find(({ kind }) => kind === 'lost');
    expect(lost).toEqual({ kind: 'lost', time: NOON + 5, count: 3 });
    expect(site.records.at(-1)).toEqual(lost);
    expect(numbersIn(site.records).at(0)).toBe(1);
    expect(site.records).toHaveLength(6);
    expect(site.store.stored.flatMap(({ changes }) => changes.events)).toHaveLength(1);
    expect(site.said.slice(1)).toEqual(['recovered', 'resynchronise']);
    expect(site.ledger.counters.lost).toBe(3);
    expect(isDrained).toBe(true);
    expect(site.ledger.isFull).toBe(false);
  });

  test('at the stop it is tried once more', async () => {
    const site = await failing();
    site.send(2);
    site.store.otherwise = 'stores';
    await site.ledger.close();
    expect(numbersIn(site.records)).toEqual([1, 2]);
    expect(site.store.wasClean).toBe(true);
  });

  test('a stop while it takes nothing is no clean one, and nothing is tried after it', async () => {
    const site = await failing();
    await site.pass(1_000);
    await site.ledger.close();
    expect(site.store.wasClean).toBe(false);
    const asked = site.store.asked.length;
    await site.pass(60_000);
    expect(site.store.asked).toHaveLength(asked);
    expect(site.clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a full disk', () => {
  async function full(): Promise<Site> {
    const site = new Site();
    site.store.otherwise = 'full';
    const sent = site.send(1);
    void site.ledger.append({ ...NOTHING, events: [event('e1')], isAwaited: false });
    await site.pass(10);
    expect(sent.outcome).toBe('refused');
    expect(site.said).toEqual(['degraded: the disk is full']);
    return site;
  }

  const eventsIn = (site: Site) => site.store.stored.flatMap(({ changes }) => changes.events).length;

  test('still holds alerts and notices, but no messages', async () => {
    const site = await full();
    expect(eventsIn(site)).toBe(1);
    expect(site.records).toEqual([]);
    void site.ledger.append({
      ...NOTHING,
      records: [message(2)],
      events: [event('e2')],
      deliveries: [delivery('n1')],
    });
    const sent = site.send(3);
    await settled();
    expect(eventsIn(site)).toBe(2);
    expect(site.records).toEqual([]);
    expect(sent.outcome).toBe('refused');
  });

  test('with room again everything that waits is stored in order, within 2 s', async () => {
    const site = await full();
    void site.ledger.append({ ...NOTHING, records: [message(2)], deliveries: [delivery('n1')] });
    site.send(3);
    await site.pass(100);
    site.store.otherwise = 'stores';
    await site.pass(1_900);
    expect(site.said.slice(1)).toEqual(['recovered']);
    expect(numbersIn(site.records)).toEqual([1, 2, 3]);
    expect(eventsIn(site)).toBe(1);
    const next = site.send(4);
    await site.pass(20);
    expect(next.outcome).toBe('stored');
  });

  test('that stays full is asked every 2 s', async () => {
    const site = await full();
    await site.pass(6_010);
    expect(site.store.asked.filter((what) => what === 'maintain')).toHaveLength(3);
    expect(site.ledger.state).toBe('degraded');
  });

  test('that then takes nothing at all, and recovers', async () => {
    const site = await full();
    site.store.otherwise = 'fails';
    void site.ledger.append({
      ...NOTHING,
      records: [message(2)],
      events: [event('e2')],
      deliveries: [delivery('n1')],
    });
    await site.pass(100);
    site.send(3);
    site.store.otherwise = 'stores';
    await site.pass(5_100);
    expect(site.said.slice(1)).toEqual(['recovered']);
    expect(numbersIn(site.records)).toEqual([1, 2, 3]);
    expect(eventsIn(site)).toBe(2);
  });

  test('at the start', async () => {
    const site = new Site({ isShort: true });
    await site.pass(1);
    expect(site.said).toEqual(['degraded: the disk is full']);
    site.send(1);
    await site.pass(5_020);
    expect(site.said.slice(1)).toEqual(['recovered']);
    expect(numbersIn(site.records)).toEqual([1]);
  });
});

test('a start that found damage asks for a snapshot once something can be stored', async () => {
  const site = new Site({ isHoled: true });
  site.send(1);
  await site.pass(20);
  expect(site.said).toEqual(['resynchronise']);
});

test('a database that was damaged and replaced asks for a snapshot, and is told of', async () => {
  const site = new Site();
  site.store.script = ['fails'];
  site.store.news = { problems: ['state.db is damaged'], isReplaced: true };
  site.send(1);
  await site.pass(20);
  expect(site.said).toEqual(['state.db is damaged', 'resynchronise']);
});

describe('snapshots', () => {
  test('stand where they were taken, whatever is appended meanwhile', async () => {
    const site = new Site();
    site.send(1);
    await site.pass(20);
    site.send(2);
    const stored = site.ledger.snapshot(new Uint8Array(300_000));
    site.send(3);
    await site.pass(20);
    await stored;
    expect(site.store.snapshots).toHaveLength(2);
    expect(
      site.store.snapshots.map(({ journal, seq, index, isLast }) => ({ journal, seq, index, isLast })),
    ).toEqual([
      { journal: 2, seq: 2, index: 0, isLast: false },
      { journal: 2, seq: 2, index: 1, isLast: true },
    ]);
    expect(site.ledger.tail.bytes).toBeGreaterThan(0);
  });

  test('one that fails keeps none from being stored after it', async () => {
    const site = new Site();
    site.store.script = ['fails'];
    await expect(site.ledger.snapshot(new Uint8Array(1))).rejects.toThrow();
    await site.ledger.snapshot(new Uint8Array(1));
    expect(site.store.snapshots).toHaveLength(1);
  });
});

test('a disk that is slow holds back those who can be', async () => {
  const site = new Site();
  let release = () => {};
  site.store.hold = new Promise((resolve) => {
    release = resolve;
  });
  for (let i = 0; i <= 100_000; i++) void site.ledger.message(message(i), false);
  expect(site.ledger.isFull).toBe(true);
  let isDrained = false;
  void site.ledger.drained().then(() => {
    isDrained = true;
  });
  await site.pass(100);
  expect(isDrained).toBe(false);
  release();
  site.store.hold = null;
  await site.pass(100);
  expect(isDrained).toBe(true);
  await site.ledger.drained();
  expect(site.records).toHaveLength(100_001);
});

test('a disk that takes nothing holds nobody back', async () => {
  const site = new Site();
  let release = () => {};
  site.store.hold = new Promise((resolve) => {
    release = resolve;
  });
  for (let i = 0; i <= 100_000; i++) void site.ledger.message(message(i), false);
  const waiting = site.ledger.drained();
  await site.pass(100);
  site.store.otherwise = 'fails';
  release();
  site.store.hold = null;
  await site.pass(100);
  await waiting;
  expect(site.ledger.state).toBe('degraded');
  expect(site.ledger.isFull).toBe(true);
  await site.ledger.drained();
});
