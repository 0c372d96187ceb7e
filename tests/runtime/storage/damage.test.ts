/**
 * A database that is damaged keeps nothing from starting, and what was lost is told. Method: what is stored in a folder
 * is spoilt in many ways; each time a start must find all of it, or say that it does not, and store on.
 */
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Database } from '../../../runtime/storage/database.js';
import { seededRandom } from '../../seeded-random.js';
import { message, numbersIn, temporaryFolder } from './ledger-fixture.js';
import { flip, SpoiltSite } from './spoilt-site.js';
import { StoredSite, storeSomething } from './stored-site.js';

describe.each([
  { name: 'state.db', isInLog: false, places: 48 },
  { name: 'state.db-wal', isInLog: true, places: 24 },
])('$name', ({ name, isInLog, places }) => {
  test('with a flipped bit, wherever it is', () => {
    const site = new SpoiltSite(isInLog);
    const size = site.sizeOf(name);
    const random = seededRandom(7);
    let told = 0;
    for (let i = 0; i < places; i++) {
      const place = Math.floor(((i + random()) / places) * size);
      const mask = 1 << Math.floor(8 * random());
      const lines = site.startOn((folder) => flip(join(folder, name), place, mask));
      if (lines.length > 0) told += 1;
    }
    // Free space holds nothing, so that not every bit matters.
    expect(told).toBeGreaterThan(places / 8);
  });

  test('with a flipped bit in its header', () => {
    const site = new SpoiltSite(isInLog);
    for (let place = 0; place < 100; place += 9) {
      site.startOn((folder) => flip(join(folder, name), place, 1 << (place % 8)));
    }
  });
});

describe('state.db', () => {
  const path = (folder: string) => join(folder, 'state.db');
  const asideIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('damaged'));

  test.each<[string, (path: string, size: number) => void]>([
    ['is empty', (file) => truncateSync(file, 0)],
    ['was cut in the middle of a page', (file, size) => truncateSync(file, size / 2 + 100)],
    ['was cut to its first page', (file) => truncateSync(file, 4_096)],
    ['holds zeros', (file, size) => writeFileSync(file, new Uint8Array(size))],
    ['holds something else', (file) => writeFileSync(file, 'not a database\n'.repeat(1_000))],
  ])('that %s', (_, spoil) => {
    const site = new SpoiltSite(false);
    const size = site.sizeOf('state.db');
    expect(site.startOn((folder) => spoil(path(folder), size))).not.toEqual([]);
  });

  test('with a first page that is lost: the rest is found all the same', () => {
    const site = new SpoiltSite(false);
    let spoilt = '';
    const lines = site.startOn((folder) => {
      spoilt = folder;
      const bytes = readFileSync(path(folder));
      bytes.fill(0xa5, 0, 4_096);
      writeFileSync(path(folder), bytes);
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^state\.db is damaged \(.*\) and was set aside as state\.db\.damaged-20260301T120000$/,
    );
    expect(asideIn(spoilt)).toEqual(['state.db.damaged-20260301T120000']);
  });

  test('of which a part is lost: the parts around it are found', () => {
    const folder = temporaryFolder();
    const site = new StoredSite(folder);
    const random = seededRandom(3);
    const text = () => Array.from({ length: 2_000 }, () => String.fromCharCode(97 + 26 * random())).join('');
    for (let i = 0; i < 400; i++) {
      site.commit({ records: [message(i, { bytes: Buffer.from(text()), format: 'text' })] });
    }
    site.store.close(false);
    const bytes = readFileSync(path(folder));
    const middle = 4_096 * Math.floor(bytes.length / 8_192);
    bytes.fill(0xa5, middle, middle + 3 * 4_096);
    writeFileSync(path(folder), bytes);
    const after = new StoredSite(folder);
    const { records, problems } = after.tail();
    expect(records.length).toBeGreaterThan(380);
    expect(records.length).toBeLessThan(400);
    expect([...after.found.problems, ...problems]).not.toEqual([]);
    const times = records.map((record) => (record.kind === 'message' ? record.message.arrival : 0));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    after.store.close(true);
  });

  test('that is damaged again and again: the last two are kept', () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 4; i++) {
      const site = new StoredSite(folder, { wall: () => 1_000 * 86_400_000 * (i + 1) });
      site.commit({ records: [message(i)] });
      site.store.close(true);
      writeFileSync(path(folder), 'not a database\n'.repeat(1_000));
    }
    const site = new StoredSite(folder);
    expect(asideIn(folder)).toHaveLength(2);
    site.store.close(true);
    expect(existsSync(join(folder, 'reserve'))).toBe(false);
  });

  test('that was damaged after a clean stop, where no start looks: it is found, and said, while it runs', () => {
    const folder = temporaryFolder();
    const site = new StoredSite(folder);
    storeSomething(site);
    site.store.close(true);
    const db = new Database(path(folder));
    const { pageno } = db.get<{ pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1",
    ) ?? { pageno: 0 };
    db.close();
    const bytes = readFileSync(path(folder));
    bytes.fill(0xa5, 4_096 * (pageno - 1), 4_096 * pageno);
    writeFileSync(path(folder), bytes);
    const after = new StoredSite(folder);
    expect(after.found.problems).toEqual([]);
    const said: string[] = [];
    let isReplaced = false;
    for (let calls = 0; calls < 100; calls++) {
      const news = after.store.maintain();
      said.push(...news.problems);
      isReplaced ||= news.isReplaced;
    }
    expect([isReplaced, said[0]]).toEqual([true, expect.stringMatching(/^state\.db is damaged/)]);
    expect(said[1]).toMatch(/^of its alert events \d+ could be read, others are lost$/);
    after.store.close(true);
  });

  test('that is found damaged while it runs is replaced, and said to be', () => {
    const folder = temporaryFolder();
    const site = new StoredSite(folder);
    storeSomething(site);
    site.store.reopen();
    const bytes = readFileSync(path(folder));
    bytes.fill(0xa5, 4_096 * 3, 4_096 * 24);
    writeFileSync(path(folder), bytes);
    const news = site.reopen();
    expect(news.isReplaced).toBe(true);
    expect(news.problems[0]).toMatch(/^state\.db is damaged/);
    expect(site.reopen()).toEqual({ problems: [], isReplaced: false });
    site.commit({ records: [message(5_000)] });
    site.store.close(true);
    const after = new StoredSite(folder);
    expect(numbersIn(after.tail().records).at(-1)).toBe(5_000);
    after.store.close(true);
  });
});
