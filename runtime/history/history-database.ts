import { existsSync } from 'node:fs';
import { Database } from '../storage/database.js';
import { headerProblem } from '../storage/header-check.js';
import { DamagedDatabase, LOG_BYTES_KEPT, migrate } from '../storage/state-database.js';
import { HISTORY_MIGRATIONS } from './history-schema.js';

export const HISTORY_FILE = 'history.db';

/** A chunk is about a kilobyte: of pages of 4 KB a fifth stood empty, and of larger ones more is written again. */
export const HISTORY_PAGE_BYTES = 8_192;
/** Pages that are kept in memory. */
const CACHE_KB = 1_024;
/** Readers hold locks for moments only. */
const BUSY_MS = 5_000;

/**
 * Opens `history.db` for its only writer, with the tables of this version in it.
 *
 * @throws {NewerDatabase} @throws {DamagedDatabase} and what SQLite throws
 */
export function openHistoryDatabase(path: string): Database {
  const problem = existsSync(path) ? headerProblem(path, HISTORY_PAGE_BYTES) : null;
  if (problem !== null) throw new DamagedDatabase(problem);
  const db = new Database(path, { busyMs: BUSY_MS });
  try {
    // What gives way to a full disk is given back. Said of a file that is there it would be written anew.
    if (db.pragma('page_count') === 0) {
      db.execute(`PRAGMA page_size = ${HISTORY_PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    }
    db.execute(`
      PRAGMA journal_mode = WAL;
      -- A power cut can take the last commits, which are made again of the journal: it keeps what is not in the file.
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -${CACHE_KB};
      -- Done between commits, and noted: only what is in the file itself may leave the journal.
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
    `);
    // It is large and can be done without: no copy is made before it is migrated.
    migrate(db, null, HISTORY_MIGRATIONS);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
