import { existsSync } from 'node:fs';
import { type Database, databaseFailure } from './database.js';
import { stopIn } from './found.js';
import { headerProblem } from './header-check.js';
import { unreadableCommits } from './log-check.js';
import { finishSalvage, salvage } from './salvage.js';
import { DamagedDatabase, openStateDatabase, STATE_PAGE_BYTES, structureProblem } from './state-database.js';

/** How many pages the write-ahead log may have before they are brought into the file: 4 MB. */
const LOG_PAGES_MAX = 1_024;
/** A log like this is held by somebody who looks at the database for long: 16 MB. */
const LOG_PAGES_HELD = 4_096;

/** The connection to `state.db`: opened, checked, set aside if it is damaged, made anew when it has failed. */
export class StateFile {
  readonly #path: string;
  readonly #wall: () => number;
  #db: Database | null = null;
  #failure: unknown = null;
  #problems: string[] = [];
  #isReplaced = false;
  #isAlone = false;
  #isLogHeld = false;
  /** The pages of the log when they were last brought into the file: a reader can keep it from beginning anew. */
  #checkpointed = 0;

  /** @param wall epoch ms, for names */
  constructor(path: string, wall: () => number) {
    this.#path = path;
    this.#wall = wall;
  }

  get isOpen(): boolean {
    return this.#db !== null;
  }

  /** Nobody else can read it, because there was no room for the file by which readers and writers agree. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** @throws {unknown} why it cannot be used: whoever wants to go on has to `reopen` it */
  get db(): Database {
    if (this.#failure !== null) throw this.#failure;
    if (this.#db === null) throw new Error('the database is not open');
    return this.#db;
  }

  /** For questions: what it cannot write it can mostly still read. */
  get readable(): Database {
    if (this.#db === null) throw new Error('the database is not open');
    return this.#db;
  }

  open(isAlone = false): void {
    if (finishSalvage(this.#path, this.#wall())) this.#isReplaced = true;
    const lost = unreadableCommits(`${this.#path}-wal`);
    this.#isAlone = isAlone;
    this.#connect(false);
    if (lost > 0) {
      this.#problems.push(
        `the write-ahead log is damaged: up to ${lost} commits that were stored last before the stop are missing`,
      );
    }
  }

  /**
   * A new connection that does not trust what the old one left behind. After a sync that failed, what was to be written
   * can be gone although it can still be read: everything in the log is written to the file once more, and synced.
   */
  reopen(): void {
    this.close();
    this.#isAlone = false;
    this.#connect(true);
    const { busy } = this.db.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)') ?? { busy: 1 };
    if (busy !== 0) throw new Error('another program reads the database and keeps it from being repaired');
  }

  /** Does some work on it. If it finds damage, it does so again on what can be read. */
  sound<T>(work: (db: Database) => T): T {
    try {
      return work(this.db);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replace(error);
      return work(this.db);
    }
  }

  /** Something went wrong that nobody waits for: the next who wants to use the file is told. */
  fail(error: unknown): void {
    this.#failure = error;
  }

  /** @param pagesMax before they are brought into the file */
  checkpoint(pagesMax = LOG_PAGES_MAX): void {
    if (this.#db === null || this.#failure !== null) return;
    try {
      const { log } = this.#db.get<{ log: number }>('PRAGMA wal_checkpoint(NOOP)') ?? { log: 0 };
      // Begun anew, the log is shorter than it was.
      if (log < this.#checkpointed) this.#checkpointed = 0;
      if (log - this.#checkpointed >= pagesMax) {
        this.#db.get('PRAGMA wal_checkpoint(PASSIVE)');
        this.#checkpointed = log;
      }
      this.#watchLog(log >= LOG_PAGES_HELD);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What people should know since the last call, and whether another file has taken its place since then. */
  news(): { readonly problems: readonly string[]; readonly isReplaced: boolean } {
    const news = { problems: this.#problems, isReplaced: this.#isReplaced };
    this.#problems = [];
    this.#isReplaced = false;
    return news;
  }

  close(): void {
    this.#failure = null;
    this.#db?.close();
    this.#db = null;
  }

  #connect(isChecked: boolean): void {
    try {
      if (existsSync(this.#path)) {
        const problem = headerProblem(this.#path, STATE_PAGE_BYTES);
        if (problem !== null) throw new DamagedDatabase(problem);
      }
      const db = openStateDatabase(this.#path, { isAlone: this.#isAlone });
      this.#db = db;
      if (!isChecked && stopIn(db) !== 'unclean') return;
      const problem = structureProblem(db);
      if (problem !== null) throw new DamagedDatabase(problem);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replace(error);
    }
  }

  #replace(damage: unknown): void {
    this.close();
    const reason = damage instanceof Error ? damage.message : String(damage);
    const time = this.#wall();
    const { db, problems } = salvage(this.#path, { reason, time, isShort: this.#isAlone });
    this.#db = db;
    this.#isReplaced = true;
    this.#problems.push(...problems);
  }

  #watchLog(isHeld: boolean): void {
    if (isHeld && !this.#isLogHeld) {
      this.#problems.push(
        'another program looks at state.db for very long: its log grows until that program lets go of it',
      );
    }
    this.#isLogHeld = isHeld;
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof DamagedDatabase || databaseFailure(error) === 'damaged';
}
