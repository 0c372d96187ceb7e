// Aim: a history that is damaged keeps nothing from starting, what can be read of it is kept, and what was lost is told.
// Method: files with days of readings are spoilt in many ways; a start must look through all of it, say so, and go on. Kills
// on the way are in tests/faults/simulation.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openHistoryDatabase } from '../../../runtime/history/history-database.js';
import { damagedPath } from '../../../runtime/history/history-salvage.js';
import { NOON, temporaryFolder } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { count, expectPartOf, makeHistory, started } from './damaged-history.js';
import { DAY, type Kept, measured } from './history-fixture.js';

const PAGE_BYTES = 8_192;
const HOUR = 3_600_000;

/** A history whose journal is gone, so that what is lost in it is lost; each test spoils a copy. */
let made: { readonly folder: string; readonly kept: ReadonlyMap<string, Kept> };

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-history-'));
  made = { folder, kept: makeHistory(folder) };
});

afterAll(() => rmSync(made.folder, { recursive: true }));

function madeSite() {
  const folder = temporaryFolder();
  cpSync(made.folder, folder, { recursive: true });
  return { folder, kept: made.kept, path: join(folder, 'history.db') };
}

function fill(path: string, page: number, pages = 1): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, page * PAGE_BYTES, Math.min(bytes.length, (page + pages) * PAGE_BYTES));
  writeFileSync(path, bytes);
}

const DAMAGED = /^history\.db is damaged \(.+\): a new one is begun, and what can be read is brought back$/;

describe('a history with a page that is lost', () => {
  it('wherever it is: keeps the rest, says so, and goes on', () => {
    const { folder, kept, path } = madeSite();
    const sound = readFileSync(path);
    const pages = sound.length / PAGE_BYTES;
    expect(pages).toBeGreaterThan(20);
    const db = openHistoryDatabase(path);
    const places = db.all<{ page: number; name: string; type: string; rows: number }>(
      'SELECT pageno - 1 AS page, name, pagetype AS type, ncell AS rows FROM dbstat',
    );
    const all = Number(db.get<{ count: number }>('SELECT count(*) AS count FROM chunks')?.count);
    db.close();
    const reached = new Set<string>();
    for (let page = 0; page < pages; page += 2) {
      writeFileSync(path, sound);
      fill(path, page);
      const history = started(folder);
      const found = history.everything();
      expectPartOf(found, kept);
      if (history.said.length === 0) expect(found, `page ${page}`).toEqual(kept);
      // Just what stood on it is gone, wherever it led; the names of series stand in the index of their table too.
      const { name = '', type = '', rows = 0 } = places.find((place) => place.page === page) ?? {};
      reached.add(`${name} ${type}`);
      if (name === 'chunks' && type === 'leaf') {
        expect(history.chunkKeys().length, `page ${page}`).toBeGreaterThanOrEqual(all - rows);
      } else expect(found, `page ${page}, ${name} ${type}`).toEqual(kept);
      expect(existsSync(damagedPath(path))).toBe(false);
      history.close();
      const again = started(folder);
      expect(again.said).toEqual([]);
      expect(again.everything()).toEqual(found);
    }
    expect([...reached]).toEqual(
      expect.arrayContaining(['chunks internal', 'chunks leaf', 'rollups leaf', 'series leaf']),
    );
    const site = new StoredSite(folder);
    onTestFinished(() => site.store.close(true));
    site.commit({ records: [measured('plant/new', 1, NOON + 7 * DAY)] });
    expect(started(folder).everything().get('plant/new value number')).toBe(`${NOON + 7 * DAY}=1`);
  });

  it('says what was lost with it', () => {
    const { folder, path } = madeSite();
    const db = openHistoryDatabase(path);
    const [leaf] = db.all<{ page: number }>(
      "SELECT pageno AS page FROM dbstat WHERE name = 'chunks' AND pagetype = 'leaf'",
    );
    db.close();
    fill(path, (leaf?.page ?? 0) - 1);
    const { said } = started(folder);
    expect(said[0]).toMatch(DAMAGED);
    expect(said[1]).toMatch(
      /^of the damaged history\.db \d+ rows are back: [1-9]\d* places in it could not be read$/,
    );
  });
});

describe('a history', () => {
  it.each<[string, (path: string) => void]>([
    ['is cut in the middle of a page', (path) => truncateSync(path, readFileSync(path).length / 2 + 100)],
    ['begins with nothing', (path) => fill(path, 0)],
    ['holds something else', (path) => writeFileSync(path, 'not a database\n'.repeat(1_000))],
    ['holds zeros', (path) => writeFileSync(path, new Uint8Array(readFileSync(path).length))],
  ])('that %s is replaced, and said to be', (_, spoil) => {
    const { folder, kept, path } = madeSite();
    spoil(path);
    const history = started(folder);
    expect(history.said[0]).toMatch(DAMAGED);
    expectPartOf(history.everything(), kept);
    expect(existsSync(damagedPath(path))).toBe(false);
  });

  it('whose first page alone is lost is found all the same', () => {
    const { folder, kept, path } = madeSite();
    fill(path, 0);
    const history = started(folder);
    expect(history.everything()).toEqual(kept);
    expect(history.said[1]).toMatch(/^of the damaged history\.db \d+ rows are back: all that was in it$/);
  });

  it('of an earlier version is replaced, and nothing of it taken over', () => {
    const { folder, kept, path } = madeSite();
    const db = openHistoryDatabase(path);
    // As that wrote them.
    db.execute("PRAGMA user_version = 1; UPDATE meta SET value = '1' WHERE key = 'version'");
    db.execute('PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM; PRAGMA journal_mode = WAL');
    db.close();
    const history = started(folder);
    expect(history.said[0]).toMatch(DAMAGED);
    expect(history.said[1]).toMatch(/^nothing of the damaged history\.db can be read/);
    // What the journal still has.
    expectPartOf(history.everything(), kept);
    expect(count(history.everything())).toBeLessThan(count(kept) / 4);
  });

  it('of which nothing can be read is made anew of what the journal still has', () => {
    const folder = temporaryFolder();
    const site = new StoredSite(folder);
    site.commit({ records: [measured('t', 1, NOON), measured('t', 2, NOON + 2 * HOUR)] });
    onTestFinished(() => site.store.close(true));
    const before = started(folder);
    before.close();
    const path = join(folder, 'history.db');
    writeFileSync(path, 'not a database\n'.repeat(1_000));
    const history = started(folder);
    expect(history.said).toEqual([
      expect.stringMatching(DAMAGED),
      'nothing of the damaged history.db can be read: what the journal holds is kept anew',
    ]);
    expect(history.everything().get('t value number')).toBe(`${NOON}=1 ${NOON + 2 * HOUR}=2`);
  });

  it('with a chunk that is not what was written leaves it out, and says so once', () => {
    const { folder, kept, path } = madeSite();
    const db = openHistoryDatabase(path);
    db.run('UPDATE chunks SET readings = zeroblob(length(readings)) WHERE rowid = 3');
    db.run('UPDATE rollups SET count = count + 1 WHERE rowid = 5');
    db.close();
    const history = started(folder);
    expect(history.said).toEqual(['2 parts of history.db were damaged and are left out']);
    const found = history.everything();
    expect(count(found)).toBeLessThan(count(kept));
    expectPartOf(found, kept);
    history.close();
    expect(started(folder).said).toEqual([]);
  });
});
