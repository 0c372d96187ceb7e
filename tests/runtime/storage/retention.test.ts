/** What is kept and for how long: small limits, many commits, and what is left of them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unattempted } from '../../../runtime/delivery/outbox.js';
import { Database } from '../../../runtime/storage/database.js';
import { RETENTION, type RetentionLimits, sacrificeJournal } from '../../../runtime/storage/retention.js';
import { openStateReader } from '../../../runtime/storage/state-reader.js';
import { seededRandom } from '../../seeded-random.js';
import {
  delivery,
  episodeState,
  event,
  message,
  NOON,
  numbersIn,
  temporaryFolder,
} from './ledger-fixture.js';
import { StoredSite } from './stored-site.js';

const random = seededRandom(1);
const NOISE = Buffer.from(Array.from({ length: 1_000_000 }, () => 33 + Math.floor(90 * random())));
/** Does not become smaller by packing it. */
const noise = (bytes: number) => NOISE.subarray(0, bytes);
const large = (number: number) => message(number, { bytes: noise(2_000), format: 'text' });

function siteWith(limits: Partial<RetentionLimits>): { site: StoredSite; folder: string } {
  const folder = temporaryFolder();
  return { folder, site: new StoredSite(folder, { retention: { ...RETENTION, ...limits } }) };
}

/** Tables are looked through once in twelve calls. */
function maintain(site: StoredSite, times = 1): void {
  for (let i = 0; i < 12 * times; i++) site.store.maintain();
}

function countIn(folder: string, table: string, where = 'TRUE'): number {
  const db = new Database(join(folder, 'state.db'), { isReadonly: true });
  const count = db.get<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`)?.count;
  db.close();
  return count ?? Number.NaN;
}

describe('the journal', () => {
  test('of a week is kept, whatever its size, if there is room', () => {
    const { site, folder } = siteWith({});
    site.commit({ records: [message(0)] });
    for (let i = 1; i < 9; i++) {
      site.commit({ records: [message(i * 86_400_000)] });
      site.snapshot(new Uint8Array([i]), i);
    }
    expect(countIn(folder, 'journal')).toBe(8);
    site.store.close(true);
  });

  test('is not let go of before it is in history, unless there is no room', () => {
    const { site, folder } = siteWith({ stateBytes: 1_000_000 });
    site.store.maintain(3);
    site.commit({ records: [message(0)] });
    for (let i = 1; i < 20; i++) {
      site.commit({ records: [message(i * 86_400_000)] });
      site.snapshot(new Uint8Array([i]), i);
    }
    const first = () => countIn(folder, 'journal', 'number < 3');
    expect([first(), countIn(folder, 'journal')]).toEqual([0, 18]);
    for (let i = 0; i < 45; i++) {
      site.commit({ records: [message(20 * 86_400_000 + i, { bytes: noise(40_000), format: 'text' })] });
    }
    expect(countIn(folder, 'journal', 'number < 18')).toBe(0);
    site.store.close(true);
  });

  test('beyond its size goes from its old end, as fast as it comes, and the file stays as it is', () => {
    const { site, folder } = siteWith({ journalBytes: 200_000 });
    let number = 0;
    let size = 0;
    for (let i = 1; i <= 60; i++) {
      for (let j = 0; j < 10; j++) site.commit({ records: [large(number++)] });
      site.snapshot(new Uint8Array([i]), i);
      if (i === 30) {
        site.store.reopen();
        size = statSync(join(folder, 'state.db')).size;
      }
    }
    const rows = countIn(folder, 'journal');
    expect(rows).toBeGreaterThan(90);
    expect(rows).toBeLessThan(120);
    site.store.reopen();
    expect(statSync(join(folder, 'state.db')).size).toBeLessThan(size + 100_000);
    site.store.close(true);
  });

  test('gives way when everything else has become large', () => {
    const { site, folder } = siteWith({ stateBytes: 800_000 });
    for (let i = 1; i <= 100; i++) site.commit({ records: [large(i)] });
    site.snapshot(new Uint8Array([1]), 1);
    site.snapshot(new Uint8Array([2]), 2);
    expect(countIn(folder, 'journal')).toBe(100);
    site.files([{ path: 'rules/a.json', text: 'x'.repeat(700_000) }]);
    for (let i = 0; i < 50; i++) site.commit({ records: [message(i)] });
    expect(countIn(folder, 'journal')).toBeLessThan(75);
    site.store.close(true);
  });

  test('that the older snapshot does not hold stays, whatever its size', () => {
    const { site, folder } = siteWith({ journalBytes: 10_000 });
    for (let i = 0; i < 20; i++) site.commit({ records: [large(i)] });
    expect(countIn(folder, 'journal')).toBe(20);
    site.snapshot(new Uint8Array([1]), 1);
    for (let i = 20; i < 25; i++) site.commit({ records: [large(i)] });
    site.snapshot(new Uint8Array([2]), 2);
    for (let i = 25; i < 50; i++) site.commit({ records: [large(i)] });
    // The row in which the older one was taken, and all after it.
    expect(countIn(folder, 'journal')).toBe(31);
    site.store.close(true);
    const again = new StoredSite(folder);
    expect(again.tail().records).toHaveLength(25);
    again.store.close(true);
  });

  test.each([
    ['no history holds', 0, 12],
    ['history does not hold yet', 5, 8],
    // What the last snapshot does not hold, and the row it was taken in, a restart needs.
    ['history holds', 100, 3],
  ])('that %s on a full disk', (_, released, left) => {
    const { site, folder } = siteWith({});
    for (let i = 1; i <= 10; i++) site.commit({ records: [message(i)] });
    site.snapshot(new Uint8Array([1]), 1);
    for (let i = 11; i <= 12; i++) site.commit({ records: [message(i)] });
    site.store.close(true);
    const db = new Database(join(folder, 'state.db'));
    while (sacrificeJournal(db, released, 1)) {}
    db.close();
    expect(countIn(folder, 'journal')).toBe(left);
  });

  test('takes with it topics and rule files that nothing refers to any more', () => {
    const { site, folder } = siteWith({ journalBytes: 3_000 });
    const files = (text: string) => [{ path: 'rules/a.json', text }];
    site.commit({ records: [{ kind: 'plan', time: NOON, files: files('1') }, message(1)] });
    site.commit({ records: [{ kind: 'plan', time: NOON, files: files('2') }, message(2)] });
    site.store.close(true);
    // Another start numbers its topics anew.
    const next = new StoredSite(folder, { retention: { ...RETENTION, journalBytes: 3_000 } });
    next.snapshot(new Uint8Array([1]), 1);
    next.commit({ records: [message(3)] });
    next.snapshot(new Uint8Array([2]), 2);
    next.snapshot(new Uint8Array([3]), 3);
    for (let i = 4; i < 10; i++) next.commit({ records: [large(i)] });
    maintain(next, 2);
    expect(countIn(folder, 'topics', "topic IN ('plant/m1/count', 'plant/m2/count')")).toBe(0);
    expect(countIn(folder, 'plans')).toBe(1);
    next.store.close(true);
    const again = new StoredSite(folder);
    expect(again.found.snapshot?.files).toEqual(files('2'));
    expect(numbersIn(again.tail().records)).toHaveLength(6);
    again.store.close(true);
  });
});

describe('the log of the database', () => {
  const logBytes = (folder: string) => statSync(join(folder, 'state.db-wal')).size;
  const fill = (site: StoredSite, megabytes: number) => {
    for (let i = 0; i < megabytes; i++) {
      site.commit({ records: [message(i, { bytes: noise(1_000_000), format: 'text' })] });
    }
  };

  test('stays short however long somebody reads the journal', () => {
    const { site, folder } = siteWith({});
    for (let i = 0; i < 300; i++) site.commit({ records: [large(i)] });
    const reader = openStateReader(folder);
    const batches = reader
      ?.journal()
      .records(() => undefined)
      [Symbol.iterator]();
    expect(batches?.next().done).toBe(false);
    fill(site, 12);
    expect(logBytes(folder)).toBeLessThan(8 * 1024 * 1024);
    let records = 1;
    while (batches?.next().done === false) records += 1;
    expect(records).toBe(312);
    reader?.close();
    site.store.close(true);
  });

  test('that another program keeps from being cut is told of once, and is cut in the end', () => {
    const { site, folder } = siteWith({});
    site.commit({ records: [message(0)] });
    const other = new Database(join(folder, 'state.db'), { isReadonly: true });
    other.run('BEGIN');
    other.all('SELECT number FROM journal');
    fill(site, 20);
    expect(site.store.maintain().problems).toEqual([
      'another program looks at state.db for very long: its log grows until that program lets go of it',
    ]);
    fill(site, 1);
    expect(site.store.maintain().problems).toEqual([]);
    other.run('COMMIT');
    other.close();
    fill(site, 6);
    expect(logBytes(folder)).toBeLessThan(8 * 1024 * 1024);
    site.store.close(true);
  });
});

describe('what people look back on', () => {
  test('is kept up to a number of rows', () => {
    const { site, folder } = siteWith({ eventRows: 5, episodeRows: 3, deliveredRows: 2, deadLetterRows: 4 });
    for (let i = 0; i < 10; i++) {
      site.commit({
        events: [event(`e${i}`)],
        episodes: [episodeState(`e${i}`, 'ended'), episodeState(`f${i}`)],
        deliveries: [delivery(`d${i}`), delivery(`x${i}`), delivery(`q${i}`)],
      });
      site.progress(`d${i}`, { ...unattempted(delivery(`d${i}`)), state: 'delivered' });
      site.progress(`x${i}`, { ...unattempted(delivery(`x${i}`)), state: 'dead' });
    }
    maintain(site);
    expect(countIn(folder, 'events')).toBe(5);
    expect(countIn(folder, 'episodes', "state = 'ended'")).toBe(3);
    expect(countIn(folder, 'episodes', "state = 'firing'")).toBe(10);
    expect(countIn(folder, 'outbox', "state = 'delivered'")).toBe(2);
    expect(countIn(folder, 'outbox', "state = 'dead'")).toBe(4);
    expect(countIn(folder, 'outbox', "state = 'queued'")).toBe(10);
    // What was counted stays counted.
    expect(site.store.query('accounting')).toMatchObject({ raised: 30, queued: 10, delivered: 10, dead: 10 });
    site.store.close(true);
  });

  test('is kept for a time, dead letters longer', () => {
    const { site, folder } = siteWith({});
    site.commit({
      records: [message(0)],
      events: [event('e1')],
      episodes: [episodeState('e1', 'ended')],
      deliveries: [delivery('d1'), delivery('x1')],
    });
    site.progress('d1', { ...unattempted(delivery('d1')), state: 'delivered' });
    site.progress('x1', { ...unattempted(delivery('x1')), state: 'expired' });
    const left = () => ({
      events: countIn(folder, 'events'),
      episodes: countIn(folder, 'episodes'),
      delivered: countIn(folder, 'outbox', "state = 'delivered'"),
      expired: countIn(folder, 'outbox', "state = 'expired'"),
    });
    const day = 86_400_000;
    const all = { events: 1, episodes: 1, delivered: 1, expired: 1 };
    for (const [days, expected] of [
      [30, all],
      [31, { ...all, events: 0, episodes: 0, delivered: 0 }],
      [90, { ...all, events: 0, episodes: 0, delivered: 0 }],
      [91, { events: 0, episodes: 0, delivered: 0, expired: 0 }],
    ] as const) {
      site.commit({ records: [message(days * day)] });
      maintain(site);
      expect(left(), `after ${days} days`).toEqual(expected);
    }
    site.store.close(true);
  });

  test('goes a part at a time', () => {
    const { site, folder } = siteWith({ eventRows: 100 });
    site.commit({ events: Array.from({ length: 1_300 }, (_, i) => event(`e${i}`)) });
    maintain(site);
    expect(countIn(folder, 'events')).toBe(800);
    maintain(site, 3);
    expect(countIn(folder, 'events')).toBe(100);
    site.store.close(true);
  });
});
