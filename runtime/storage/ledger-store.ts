import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from './commit.js';
import { repair } from './damage.js';
import { type Database, databaseFailure } from './database.js';
import { type Found, findIn, NOTHING_FOUND } from './found.js';
import { type JournalPage, JournalPages } from './journal-pages.js';
import { Reserve } from './reserve.js';
import { pruneTables, RETENTION, type RetentionLimits, sacrificeJournal } from './retention.js';
import { SiteLock } from './site-lock.js';
import { type SnapshotPart, storeSnapshotPart } from './snapshot-table.js';
import { STATE_FILE } from './state-database.js';
import { StateFile } from './state-file.js';
import { StateQueries } from './state-queries.js';
import type { CommitOutcome, QueryName, StoreNews } from './store.js';
import { storeCommit } from './store-commit.js';

const PAGE_BYTES = 4_096;
/** What a full disk still has to hold in the journal's old pages: some minutes of messages. */
const SACRIFICED_BYTES = 8 * 1024 * 1024;
const SACRIFICED_ROWS = 32;
/** While the disk is full the log is kept short: 1 MB. */
const LOG_PAGES_SHORT = 256;
/** Tables are looked through once in so many calls of `maintain`. */
const PRUNING_CALLS = 12;

export interface LedgerStoreOptions {
  /** Epoch ms, for names. */
  readonly wall?: () => number;
  readonly retention?: RetentionLimits;
}

interface Parts {
  readonly lock: SiteLock;
  readonly file: StateFile;
  readonly reserve: Reserve;
}

/** The only writer of `state.db`. Everything here waits for the disk: it runs in a thread of its own. */
export class LedgerStore {
  readonly #wall: () => number;
  readonly #retention: RetentionLimits;
  #parts: Parts | null = null;
  #tail: { readonly pages: JournalPages } | null = null;
  /** The disk is full: its last bytes are for alerts and notices. */
  #isShort = false;
  #calls = 0;

  constructor({ wall = Date.now, retention = RETENTION }: LedgerStoreOptions = {}) {
    this.#wall = wall;
    this.#retention = retention;
  }

  open(folder: string): Found {
    mkdirSync(folder, { recursive: true });
    const lock = SiteLock.take(folder);
    const path = join(folder, STATE_FILE);
    this.#parts = { lock, file: new StateFile(path, this.#wall), reserve: new Reserve(folder) };
    try {
      this.#openFile();
    } catch (error) {
      if (failureOf(error) !== 'full' || existsSync(path)) throw error;
      // There is no room for a new file. It will be made when there is.
      return { ...NOTHING_FOUND, isShort: true };
    }
    return this.#find();
  }

  tailPage(): JournalPage {
    const tail = this.#tail;
    if (tail === null) throw new Error('the tail was read already');
    const page = this.#file.sound((db) => tail.pages.next(db));
    if (page.isLast) this.#tail = null;
    return page;
  }

  commit(commit: Commit, isHurried: boolean): CommitOutcome {
    const { journal } = commit;
    if (journal !== null && !this.#hasRoomFor(journal.bytes.length)) return this.#withoutJournal(commit);
    try {
      this.#store(commit, isHurried);
      return 'stored';
    } catch (error) {
      if (failureOf(error) !== 'full') throw error;
    }
    this.#makeRoom();
    if (journal !== null && !this.#hasRoomFor(journal.bytes.length)) return this.#withoutJournal(commit);
    this.#store(commit, isHurried);
    return 'stored';
  }

  snapshotPart(part: SnapshotPart): void {
    if (!this.#hasRoomFor(part.data.length)) throw new Error('the disk is full');
    storeSnapshotPart(this.#file.db, part);
  }

  reopen(): StoreNews {
    const { file, reserve } = this.#open;
    if (!reserve.hasAnyRoom) this.#giveUpReserve();
    file.reopen();
    noteStop(file.db, 'running');
    return file.news();
  }

  query(name: QueryName, ...parameters: readonly unknown[]): unknown {
    const queries = new StateQueries(this.#file.db);
    // The types were checked where it was asked.
    return (queries[name] as (...values: readonly unknown[]) => unknown).apply(queries, [...parameters]);
  }

  maintain(): StoreNews {
    const { file, reserve } = this.#open;
    reserve.grow();
    if (this.#isShort && reserve.hasRoom) this.#isShort = false;
    if (!this.#isShort && file.isAlone) file.reopen();
    this.#calls += 1;
    if (file.isOpen && this.#calls % PRUNING_CALLS === 0) pruneTables(file.db, this.#retention);
    return file.news();
  }

  /** After each of the above, when nobody waits for the answer any more. */
  afterwards(): void {
    this.#parts?.file.checkpoint(this.#isShort ? LOG_PAGES_SHORT : undefined);
  }

  close(isClean: boolean): void {
    if (this.#parts === null) return;
    const { file, lock } = this.#parts;
    this.#parts = null;
    try {
      if (isClean && file.isOpen) noteStop(file.db, 'clean');
    } finally {
      file.close();
      lock.release();
    }
  }

  get #open(): Parts {
    if (this.#parts === null) throw new Error('the store is not open');
    return this.#parts;
  }

  get #file(): StateFile {
    return this.#open.file;
  }

  #openFile(): void {
    const { file } = this.#open;
    try {
      file.open();
      return;
    } catch (error) {
      if (failureOf(error) !== 'full') throw error;
    }
    this.#giveUpReserve();
    try {
      file.open();
    } catch (error) {
      if (failureOf(error) !== 'full') throw error;
      file.open(true);
    }
  }

  #find(): Found {
    const { file } = this.#open;
    const found = file.sound(findSound);
    const { problems, isReplaced } = file.news();
    this.#tail = { pages: new JournalPages((found.snapshot?.journal ?? 1) - 1) };
    this.#begin(found);
    // Of a file that was replaced it is not known how it was left.
    const stop = isReplaced && found.stop === 'first' ? 'unclean' : found.stop;
    return {
      ...found,
      stop,
      isHoled: isReplaced || found.isHoled,
      isShort: this.#isShort,
      problems: [...problems, ...found.problems],
    };
  }

  /** What has to be noted, if that is possible: the program starts with a full disk too. */
  #begin(found: Found): void {
    const { db } = this.#file;
    try {
      noteStop(db, 'running');
      repair(db, found.damage, Math.max(0, found.lastTime));
    } catch (error) {
      if (failureOf(error) !== 'full') throw error;
      this.#giveUpReserve();
    }
  }

  #store(commit: Commit, isHurried: boolean): void {
    storeCommit(this.#file.db, commit, { isHurried, retention: this.#retention });
  }

  #withoutJournal(commit: Commit): CommitOutcome {
    this.#store({ ...commit, journal: null }, true);
    return 'withoutJournal';
  }

  /** While the disk is full, messages only take the pages that older ones have left. */
  #hasRoomFor(bytes: number): boolean {
    if (!this.#isShort) return true;
    const needed = 1.5 * bytes + 16 * PAGE_BYTES;
    const { db } = this.#file;
    while (freeBytes(db) < needed && sacrificeJournal(db, SACRIFICED_ROWS)) this.afterwards();
    return freeBytes(db) >= needed;
  }

  #makeRoom(): void {
    this.#giveUpReserve();
    const { db } = this.#file;
    while (freeBytes(db) < SACRIFICED_BYTES && sacrificeJournal(db, SACRIFICED_ROWS)) this.afterwards();
  }

  #giveUpReserve(): void {
    this.#isShort = true;
    this.#open.reserve.giveUp();
  }
}

/** Where rows are damaged, the indexes by which they are found can be too: those are made anew from the rows. */
function findSound(db: Database): Found {
  const found = findIn(db);
  if (found.problems.length === 0) return found;
  try {
    db.execute('REINDEX');
  } catch (error) {
    // No room for it, or rows that exclude each other: what was found has to do.
    if (databaseFailure(error) === 'damaged') throw error;
    return found;
  }
  const again = findIn(db);
  return { ...again, problems: [...new Set([...found.problems, ...again.problems])] };
}

function freeBytes(db: Database): number {
  return Number(db.pragma('freelist_count')) * PAGE_BYTES;
}

function noteStop(db: Database, stop: 'running' | 'clean'): void {
  db.run(
    `INSERT INTO meta (key, value) VALUES ('stop', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    stop,
  );
}

/** The operating system's own word for it counts too: the reserve and folders are not SQLite's. */
function failureOf(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'full';
  return databaseFailure(error);
}
