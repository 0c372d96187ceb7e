/** A database of an earlier version becomes one of this, wholly or not at all, and a copy of what it was is kept. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Database } from '../../../runtime/storage/database.js';
import { MIGRATIONS, type Migration } from '../../../runtime/storage/schema.js';
import { backupOf, NewerDatabase, openStateDatabase } from '../../../runtime/storage/state-database.js';
import { temporaryFolder } from './ledger-fixture.js';

const LATEST = MIGRATIONS.length;
const NEXT: Migration = {
  version: LATEST + 1,
  apply: (db) => {
    db.execute('CREATE TABLE later (number INTEGER PRIMARY KEY, label TEXT NOT NULL) STRICT');
    db.run('INSERT INTO later (label) SELECT path FROM files');
  },
};

/** A database of the present version with something in it. */
function ofThisVersion(): string {
  const path = join(temporaryFolder(), 'state.db');
  const db = openStateDatabase(path);
  db.run("INSERT INTO files (path, text, crc) VALUES ('rules/a.json', '{}', 0)");
  db.close();
  return path;
}

const marksIn = (db: Database) => db.all<{ label: string }>('SELECT label FROM later');

test('a new one is of the latest version, and there is nothing to keep a copy of', () => {
  const path = join(temporaryFolder(), 'state.db');
  const migrations = [...MIGRATIONS, NEXT];
  const db = openStateDatabase(path, { migrations });
  expect(db.pragma('user_version')).toBe(LATEST + 1);
  expect(marksIn(db)).toEqual([]);
  db.close();
  expect(existsSync(backupOf(path))).toBe(false);
});

test('an earlier one is converted once', () => {
  const path = ofThisVersion();
  const migrations = [...MIGRATIONS, NEXT];
  for (let start = 0; start < 2; start++) {
    const db = openStateDatabase(path, { migrations });
    expect(db.pragma('user_version')).toBe(LATEST + 1);
    expect(marksIn(db)).toEqual([{ label: 'rules/a.json' }]);
    db.close();
  }
});

test('the copy is what it was, and the earlier version of the program opens it', () => {
  const path = ofThisVersion();
  openStateDatabase(path, { migrations: [...MIGRATIONS, NEXT] }).close();
  expect(() => openStateDatabase(path)).toThrow(NewerDatabase);
  const db = openStateDatabase(backupOf(path));
  expect(db.pragma('user_version')).toBe(LATEST);
  expect(db.all('SELECT path, text FROM files')).toEqual([{ path: 'rules/a.json', text: '{}' }]);
  db.close();
});

test('one that cannot be converted stays as it is', () => {
  const path = ofThisVersion();
  const broken: Migration = {
    version: LATEST + 2,
    apply: (db) => {
      db.execute('CREATE TABLE half (number INTEGER PRIMARY KEY) STRICT');
      db.run('INSERT INTO nowhere VALUES (1)');
    },
  };
  expect(() => openStateDatabase(path, { migrations: [...MIGRATIONS, NEXT, broken] })).toThrow('nowhere');
  const db = openStateDatabase(path);
  expect(db.pragma('user_version')).toBe(LATEST);
  expect(db.all("SELECT name FROM sqlite_schema WHERE name IN ('later', 'half')")).toEqual([]);
  db.close();
});

test('commits survive a power cut: every one waits for the disk', () => {
  const db = openStateDatabase(join(temporaryFolder(), 'state.db'));
  expect(db.pragma('journal_mode')).toBe('wal');
  // 2: FULL. The driver was compiled with NORMAL for this kind of journal.
  expect(db.pragma('synchronous')).toBe(2);
  db.close();
});
