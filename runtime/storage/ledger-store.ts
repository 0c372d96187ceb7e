import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from './commit.js';
import type { Database } from './database.js';
import { type Found, findIn } from './found.js';
import { type JournalPage, JournalPages } from './journal-pages.js';
import { SiteLock } from './site-lock.js';
import { type SnapshotPart, storeSnapshotPart } from './snapshot-table.js';
import { LOG_BYTES_KEPT, openStateDatabase, STATE_FILE } from './state-database.js';
import { StateQueries } from './state-queries.js';
import type { QueryName } from './store.js';
import { storeCommit } from './store-commit.js';

/** After so many pages of the write-ahead log they are brought into the file: 4 MB. */
const LOG_PAGES_MAX = LOG_BYTES_KEPT / 4_096;

/** The only writer of `state.db`. Everything here waits for the disk: it runs in a thread of its own. */
export class LedgerStore {
  #folder = '';
  #lock: SiteLock | null = null;
  #db: Database | null = null;
  #failed: unknown = null;
  #tail: JournalPages | null = null;

  open(folder: string): Found {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#lock = SiteLock.take(folder);
    const db = this.#connect();
    const found = findIn(db);
    this.#tail = new JournalPages(db, (found.snapshot?.journal ?? 1) - 1);
    noteStop(db, 'running');
    return found;
  }

  tailPage(): JournalPage {
    if (this.#tail === null) throw new Error('the tail was read already');
    const page = this.#tail.next();
    if (page.isLast) this.#tail = null;
    return page;
  }

  commit(commit: Commit, isHurried: boolean): void {
    storeCommit(this.#open, commit, isHurried);
  }

  snapshotPart(part: SnapshotPart): void {
    storeSnapshotPart(this.#open, part);
  }

  reopen(): void {
    this.#db?.close();
    this.#db = null;
    this.#failed = null;
    this.#connect();
  }

  query(name: QueryName, ...parameters: readonly unknown[]): unknown {
    const queries = new StateQueries(this.#open);
    // The types were checked where it was asked.
    return (queries[name] as (...values: readonly unknown[]) => unknown).apply(queries, [...parameters]);
  }

  maintain(): void {}

  /** After each of the above, when nobody waits for the answer any more. */
  afterwards(): void {
    if (this.#db === null || this.#failed !== null) return;
    try {
      checkpoint(this.#db);
    } catch (error) {
      // Whoever wants to store something next has to see to it.
      this.#failed = error;
    }
  }

  close(isClean: boolean): void {
    try {
      if (isClean && this.#db !== null) noteStop(this.#db, 'clean');
    } finally {
      this.#db?.close();
      this.#db = null;
      this.#lock?.release();
      this.#lock = null;
    }
  }

  get #open(): Database {
    if (this.#failed !== null) throw this.#failed;
    if (this.#db === null) throw new Error('the database is not open');
    return this.#db;
  }

  #connect(): Database {
    this.#db = openStateDatabase(join(this.#folder, STATE_FILE));
    return this.#db;
  }
}

function checkpoint(db: Database): void {
  const { log } = db.get<{ log: number }>('PRAGMA wal_checkpoint(NOOP)') ?? { log: 0 };
  if (log >= LOG_PAGES_MAX) db.get('PRAGMA wal_checkpoint(PASSIVE)');
}

function noteStop(db: Database, stop: 'running' | 'clean'): void {
  db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('stop', ?)", stop);
}
