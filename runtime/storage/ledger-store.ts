import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from './commit.js';
import { repair } from './damage.js';
import { type Database, databaseFailure } from './database.js';
import { DiskRoom } from './disk-room.js';
import { type Found, findIn, NOTHING_FOUND } from './found.js';
import { holeIn } from './hole.js';
import { type JournalPage, JournalPages, NO_PAGE } from './journal-pages.js';
import { makeDataFolder } from './make-data-folder.js';
import { Reserve } from './reserve.js';
import { pruneTables, RETENTION, type RetentionLimits } from './retention.js';
import { SiteLock } from './site-lock.js';
import { type SnapshotPart, storeSnapshotPart } from './snapshot-table.js';
import { STATE_FILE } from './state-database.js';
import { StateFile } from './state-file.js';
import { StateQueries } from './state-queries.js';
import { StateScrub } from './state-scrub.js';
import { type CommitOutcome, type Maintained, type QueryName, StoreError, type StoreNews } from './store.js';
import { storeCommit } from './store-commit.js';

/** While the disk is full the log is kept short: 1 MB. */
const LOG_PAGES_SHORT = 256;
/** Tables are looked through once in so many calls of `maintain`. */
const PRUNING_CALLS = 12;
/** And all is looked through for damage after the start and once in so many: a week, by calls of every 5 s. */
const SCRUBBING_CALLS = 120_960;

export interface LedgerStoreOptions {
  /** Epoch ms, for names. */
  readonly wall?: () => number;
  readonly retention?: RetentionLimits;
  /** Kept for alerts and notices when the disk is full. */
  readonly reserveBytes?: number;
  /** Rows of the journal before this one are in history: none, until `maintain` is told so. */
  readonly released?: number;
}

interface Parts {
  readonly lock: SiteLock;
  readonly file: StateFile;
  readonly room: DiskRoom;
}

/** The only writer of `state.db`. Everything here waits for the disk: it runs in a thread of its own. */
export class LedgerStore {
  readonly #wall: () => number;
  readonly #retention: RetentionLimits;
  readonly #reserveBytes: number | undefined;
  #parts: Parts | null = null;
  #tail: JournalPages | null = null;
  #calls = 0;
  #scrub = new StateScrub();
  #released: number;

  constructor({
    wall = Date.now,
    retention = RETENTION,
    reserveBytes,
    released = 0,
  }: LedgerStoreOptions = {}) {
    this.#wall = wall;
    this.#retention = retention;
    this.#reserveBytes = reserveBytes;
    this.#released = released;
  }

  open(folder: string): Found {
    makeDataFolder(folder);
    const lock = SiteLock.take(folder);
    const path = join(folder, STATE_FILE);
    const file = new StateFile(path, this.#wall);
    const room = new DiskRoom(new Reserve(folder, this.#reserveBytes), () => this.afterwards());
    this.#parts = { lock, file, room };
    try {
      openSomehow(file, room);
    } catch (error) {
      if (!isFull(error) || sizeOf(path) > 0) throw error;
      // There is no room for a new file. It will be made when there is.
      return { ...NOTHING_FOUND, isShort: true };
    }
    return this.#find();
  }

  tailPage(): JournalPage {
    const tail = this.#tail;
    if (!this.#open.file.isOpen) return NO_PAGE;
    if (tail === null) throw new Error('the tail was read already');
    const page = this.#open.file.sound((db) => tail.next(db));
    if (page.isLast) this.#tail = null;
    return page;
  }

  commit(commit: Commit, isHurried: boolean): CommitOutcome {
    const { file, room } = this.#open;
    const bytes = commit.journal?.bytes.length ?? null;
    if (bytes !== null && !room.hasFor(file.db, bytes, this.#released)) return this.#withoutJournal(commit);
    try {
      this.#store(commit, isHurried);
      return 'stored';
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    room.make(file.db, this.#released);
    if (bytes !== null && !room.hasFor(file.db, bytes, this.#released)) return this.#withoutJournal(commit);
    this.#store(commit, isHurried);
    return 'stored';
  }

  snapshotPart(part: SnapshotPart): void {
    const { file, room } = this.#open;
    if (!room.hasFor(file.db, part.data.length, this.#released))
      throw new StoreError('the disk is full', 'full');
    storeSnapshotPart(file.db, part);
  }

  reopen(): StoreNews {
    const { file, room } = this.#open;
    room.look();
    file.reopen();
    noteStop(file.db, 'running');
    return file.news();
  }

  query(name: QueryName, ...parameters: readonly unknown[]): unknown {
    const queries = new StateQueries(this.#open.file.readable);
    // The types were checked where it was asked.
    return (queries[name] as (...values: readonly unknown[]) => unknown).apply(queries, [...parameters]);
  }

  maintain(released = Number.MAX_SAFE_INTEGER): Maintained {
    const { file, room } = this.#open;
    this.#released = released;
    room.look();
    const hasMore = room.restore();
    if (!room.isShort && file.isAlone) file.reopen();
    this.#calls += 1;
    if (file.isOpen && this.#calls % PRUNING_CALLS === 0) pruneTables(file.db, this.#retention);
    const isLookingThrough = this.#lookThrough();
    return { ...file.news(), hasMore: hasMore || isLookingThrough };
  }

  /** @returns whether there is more of it to do soon */
  #lookThrough(): boolean {
    const { file, room } = this.#open;
    // To save what can be read takes room.
    if (!file.isOpen || room.isShort) return false;
    if (this.#calls % SCRUBBING_CALLS === 0) this.#scrub = new StateScrub();
    if (!this.#scrub.isDone) file.sound((db) => this.#scrub.step(db));
    return !this.#scrub.isDone;
  }

  /** After each of the above, when nobody waits for the answer any more. */
  afterwards(): void {
    this.#parts?.file.checkpoint(this.#parts.room.isShort ? LOG_PAGES_SHORT : undefined);
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

  #store(commit: Commit, isHurried: boolean): void {
    storeCommit(this.#open.file.db, commit, {
      isHurried,
      retention: this.#retention,
      released: this.#released,
    });
  }

  #withoutJournal(commit: Commit): CommitOutcome {
    this.#store({ ...commit, journal: null }, true);
    return 'withoutJournal';
  }

  #find(): Found {
    const { file, lock, room } = this.#open;
    const found = file.sound(findSound);
    const { problems, isReplaced } = file.news();
    this.#tail = new JournalPages((found.snapshot?.journal ?? 1) - 1);
    this.#begin(found);
    // Those who should know of a replacement were perhaps not told: the program was killed just then.
    const earlier = isReplaced && problems.length > 0 ? [] : (holeIn(file.db) ?? []);
    const isGone = found.stop === 'first' && lock.hadState && !isReplaced;
    return {
      ...found,
      // Of a file that was replaced it is not known how it was left.
      stop: isReplaced && found.stop === 'first' ? 'unclean' : found.stop,
      isHoled: isReplaced || found.isHoled,
      isShort: room.isShort,
      problems: [...problems, ...earlier, ...(isGone ? [GONE] : []), ...found.problems],
    };
  }

  /** What has to be noted, if that is possible: the program starts with a full disk too. */
  #begin(found: Found): void {
    const { file, lock, room } = this.#open;
    try {
      noteStop(file.db, 'running');
      repair(file.db, found.damage, Math.max(0, found.lastTime));
      lock.noteState();
      room.prepare();
    } catch (error) {
      if (!isFull(error)) throw error;
      room.giveUpReserve();
    }
  }
}

const GONE = 'state.db was gone or empty: what had been stored in it is lost';

/** On a full disk without the reserve, then without the file by which readers and writers agree. */
function openSomehow(file: StateFile, room: DiskRoom): void {
  const ways = [() => file.open(), () => file.open(), () => file.open(true)];
  for (const [index, open] of ways.entries()) {
    try {
      open();
      return;
    } catch (error) {
      if (!isFull(error) || index === ways.length - 1) throw error;
      room.giveUpReserve();
    }
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

function noteStop(db: Database, stop: 'running' | 'clean'): void {
  db.run(
    `INSERT INTO meta (key, value) VALUES ('stop', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    stop,
  );
}

/** The operating system's own word for it counts too: the reserve and folders are not SQLite's. */
function isFull(error: unknown): boolean {
  return (
    databaseFailure(error) === 'full' ||
    (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
