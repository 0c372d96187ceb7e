import { rmSync } from 'node:fs';
import { Database } from './database.js';
import { APPLICATION_ID, MIGRATIONS, type Migration } from './schema.js';

export const STATE_FILE = 'state.db';

export const STATE_PAGE_BYTES = 4_096;
/** Pages that are kept in memory: 1 MB. What is written is rarely read again. */
const CACHE_KB = 1_024;
/** The write-ahead log is cut to this once nobody reads in it any more. */
export const LOG_BYTES_KEPT = 4 * 1024 * 1024;
/** Readers hold locks for moments only. */
const BUSY_MS = 5_000;

/** Written by a later version of the program. */
export class NewerDatabase extends Error {
  constructor(readonly version: number) {
    super(`it was written by a later version of the program (its format is ${version})`);
  }
}

/** It is a database and not one of ours, or not as we left it. */
export class DamagedDatabase extends Error {}

/** The copy of the file as it was before the last migration. */
export const backupOf = (path: string) => `${path}.backup`;

export interface StateDatabaseOptions {
  /** Without the file by which readers and writers agree, for which a full disk has no room: nobody else can read. */
  readonly isAlone?: boolean;
  readonly migrations?: readonly Migration[];
}

/**
 * Opens `state.db` for its only writer, with the tables of this version in it.
 *
 * @throws {NewerDatabase} @throws {DamagedDatabase} and what SQLite throws
 */
export function openStateDatabase(path: string, options: StateDatabaseOptions = {}): Database {
  const { isAlone = false, migrations = MIGRATIONS } = options;
  const db = new Database(path, { busyMs: BUSY_MS });
  try {
    if (isAlone) db.execute('PRAGMA locking_mode = EXCLUSIVE');
    configure(db);
    migrate(db, path, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function configure(db: Database): void {
  db.execute(`
    PRAGMA page_size = ${STATE_PAGE_BYTES};
    PRAGMA journal_mode = WAL;
    -- Without this a commit in the write-ahead log does not survive a power cut.
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -${CACHE_KB};
    -- Done between commits, where failures are noticed.
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
  `);
}

/**
 * Takes a database to the version of this program.
 *
 * @param path where a copy of it as it was is kept beside it; `null`: nowhere
 * @throws {NewerDatabase} @throws {DamagedDatabase}
 */
export function migrate(db: Database, path: string | null, migrations: readonly Migration[]): void {
  const version = versionOf(db);
  const latest = migrations.at(-1)?.version ?? 0;
  if (version > latest) throw new NewerDatabase(version);
  if (version === latest) return;
  if (version > 0 && path !== null) backUp(db, path);
  db.transaction(() => {
    for (const migration of migrations) if (migration.version > version) migration.apply(db);
    db.execute(`PRAGMA user_version = ${latest}; PRAGMA application_id = ${APPLICATION_ID}`);
    db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('version', ?)", String(latest));
  });
}

/**
 * 0: nothing in it. The version stands in two places, so that one flipped bit does not look like a file of a later
 * version, which would keep the program from starting.
 */
export function versionOf(db: Database): number {
  const version = Number(db.pragma('user_version'));
  const tables = db.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')?.count ?? 0;
  if (tables === 0) return 0;
  const again = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'version'")?.value;
  if (db.pragma('application_id') !== APPLICATION_ID || String(version) !== again) {
    throw new DamagedDatabase('its header is not what was written');
  }
  return version;
}

function backUp(db: Database, path: string): void {
  rmSync(backupOf(path), { force: true });
  db.run('VACUUM INTO ?', backupOf(path));
}

/** From here on a look at all of it takes too long: seconds on a card that gives 40 MB a second. */
const CHECKED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Whether the structure of the file is sound. In a large one the journal is left out: its rows have checksums, and those
 * that matter are read right after this.
 *
 * @returns what is wrong; `null`: nothing
 */
export function structureProblem(db: Database): string | null {
  const bytes = Number(db.pragma('page_count')) * Number(db.pragma('page_size'));
  if (bytes <= CHECKED_BYTES_MAX) return checked(db, 'quick_check(1)');
  const tables = db.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'journal'",
  );
  for (const { name } of tables) {
    const problem = checked(db, `quick_check('${name}')`);
    if (problem !== null) return problem;
  }
  return null;
}

function checked(db: Database, pragma: string): string | null {
  const answer = String(db.pragma(pragma));
  return answer === 'ok' ? null : answer;
}
