import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Database, databaseFailure } from './database.js';

const LOCK_FILE = 'lock.db';

/** Another process has the data folder. */
export class SiteLocked extends Error {
  /** @param pid of that process; `null`: it did not say */
  constructor(readonly pid: number | null) {
    super(pid === null ? 'another process' : `process ${pid}`);
  }
}

/** In the header of the file, where any number may stand: something was stored in the folder. */
const HAD_STATE = 1;

/**
 * Keeps a second process from writing to a data folder: a lock on `lock.db` that ends with the process, however that
 * ends. Others can still read in the file which process it is.
 */
export class SiteLock {
  readonly #db: Database;
  /** A process before this one had made a database in the folder. */
  readonly hadState: boolean;

  private constructor(db: Database) {
    this.#db = db;
    this.hadState = db.pragma('application_id') === HAD_STATE;
  }

  /** @throws {SiteLocked} */
  static take(folder: string): SiteLock {
    const path = join(folder, LOCK_FILE);
    try {
      return new SiteLock(lock(path));
    } catch (error) {
      if (databaseFailure(error) !== 'damaged') throw error;
      // It holds nothing that is worth keeping. Who has locked it has read it, so nobody has.
      rmSync(path);
      return new SiteLock(lock(path));
    }
  }

  /** There is a database in the folder from now on. */
  noteState(): void {
    if (!this.hadState) this.#mark(HAD_STATE);
  }

  /** The database that was in the folder was meant to go. */
  forgetState(): void {
    if (this.hadState) this.#mark(0);
  }

  #mark(number: number): void {
    this.#db.execute('ROLLBACK');
    note(this.#db, `application_id = ${number}`);
    this.#db.run('BEGIN IMMEDIATE');
  }

  release(): void {
    this.#db.close();
  }
}

function lock(path: string): Database {
  const db = new Database(path);
  try {
    // No file beside it, and no wait for the disk: after a power cut nobody holds the lock.
    db.execute('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF');
    // The header has a place for a number, and needs no table.
    note(db, `user_version = ${process.pid}`);
    db.run('BEGIN IMMEDIATE');
    return db;
  } catch (error) {
    const isLocked = databaseFailure(error) === 'busy';
    const pid = isLocked ? pidIn(db) : null;
    db.close();
    throw isLocked ? new SiteLocked(pid) : error;
  }
}

function note(db: Database, pragma: string): void {
  try {
    db.transaction(() => db.execute(`PRAGMA ${pragma}`));
  } catch (error) {
    // The lock holds without it.
    if (databaseFailure(error) !== 'full') throw error;
  }
}

function pidIn(db: Database): number | null {
  try {
    const pid = Number(db.pragma('user_version'));
    return pid > 0 ? pid : null;
  } catch (error) {
    // Just now it is being written there.
    if (databaseFailure(error) === 'busy') return null;
    throw error;
  }
}
