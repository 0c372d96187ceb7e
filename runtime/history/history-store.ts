import { join } from 'node:path';
import type { Database } from '../storage/database.js';
import { HISTORY_FILE } from './history-database.js';
import { HistoryFile, isHistoryDamage } from './history-file.js';
import { HistoryFold, type SealedChunk } from './history-fold.js';
import { freeBytesIn, pruneHistory, usedBytes } from './history-retention.js';
import { HistoryScrub } from './history-scrub.js';
import type { HistorySettings } from './history-settings.js';
import { firstSeqIn, JournalFollower } from './journal-follower.js';
import { type ClockOffset, Offsets, putOffset, storedOffsets } from './offset-table.js';
import { SeriesTable, storedSeries } from './series-table.js';
import { storeChunk } from './store-chunks.js';

/** How history stands after a piece of work. */
export interface HistoryProgress {
  /** There is more to do, soon. */
  readonly hasMore: boolean;
  /** Rows of the journal before this one are in chunks that no power cut can take. */
  readonly released: number;
  /** The size of what is kept. */
  readonly bytes: number;
  /** Values that found no room since the start, because there are too many series. */
  readonly refused: number;
  /** Lines for people. */
  readonly problems: readonly string[];
}

/** So many chunks are stored at once at most. */
const CHUNKS_AT_A_TIME = 32;
/** A piece of work ends when it has taken so long. */
const PIECE_MS = 10;
/** When the write-ahead log has so many pages (2 MB), or after so long, it is brought into the file. */
export const LOG_PAGES_MAX = 256;
const CHECKPOINT_MS = 5 * 60_000;
/** What was looked through for damage is looked through again so long after. */
const SCRUB_MS = 7 * 86_400_000;

export interface HistoryStoreOptions {
  /** Ms since some moment. */
  readonly monotonic?: () => number;
  /** What the disk has left. */
  readonly freeBytes?: (folder: string) => number;
}

/** Tells when the piece of work that begins now is long enough. */
export function beginPiece(monotonic: () => number = () => performance.now()): () => boolean {
  const end = monotonic() + PIECE_MS;
  return () => monotonic() >= end;
}

interface OpenPage {
  readonly steps: Iterator<void>;
  readonly isLast: boolean;
}

/**
 * The only writer of `history.db`. Makes chunks of what the journal holds, and lets go of what is too old. Works in
 * pieces of some ms, each of which leaves the file whole: it is killed between any two of them, and goes on.
 */
export class HistoryStore {
  readonly #folder: string;
  readonly #monotonic: () => number;
  readonly #freeBytes: (folder: string) => number;
  readonly #file: HistoryFile;
  #settings: HistorySettings;
  #fold: HistoryFold;
  #follower: JournalFollower;
  /** What is left of the page that is gone through; `null`: the next is to be read. */
  #page: OpenPage | null = null;
  #chunks: SealedChunk[] = [];
  #offsets: ClockOffset[] = [];
  /** The row to begin with once what waits is stored; as it was stored; and as no power cut can take it. */
  #resume: number;
  #stored: number;
  #released: number;
  #checkpointedAt: number;
  #scrub = new HistoryScrub();
  #scrubbedAt: number;
  #problems: string[] = [];

  constructor(folder: string, settings: HistorySettings, options: HistoryStoreOptions = {}) {
    this.#folder = folder;
    this.#settings = settings;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#freeBytes = options.freeBytes ?? freeBytesIn;
    this.#file = new HistoryFile(join(folder, HISTORY_FILE), () => firstSeqIn(folder));
    this.#checkpointedAt = this.#monotonic();
    this.#scrubbedAt = this.#checkpointedAt;
    this.#stored = this.#file.sound(placeIn);
    this.#resume = this.#stored;
    this.#released = 0;
    this.#fold = this.#newFold();
    this.#follower = this.#newFollower();
  }

  get db(): Database {
    return this.#file.db;
  }

  get fold(): HistoryFold {
    return this.#fold;
  }

  /** All that is kept was looked through since the start, or since a week. */
  get isLookedThrough(): boolean {
    return this.#scrub.isDone;
  }

  /** Chunks that are made and not stored. */
  get chunks(): readonly SealedChunk[] {
    return this.#chunks;
  }

  /** Other settings from now on. What is held open is made anew of the journal. */
  configure(settings: HistorySettings): void {
    this.#settings = settings;
    this.#restart();
  }

  /** Does the next piece of what there is to do. */
  work(): HistoryProgress {
    let hasMore = false;
    try {
      hasMore = this.#next();
    } catch (error) {
      if (!isHistoryDamage(error)) throw error;
      this.#file.replace(error);
      this.#scrub = new HistoryScrub();
      this.#restart();
      hasMore = true;
    }
    const problems = [...this.#file.news(), ...this.#problems];
    this.#problems = [];
    const { refused } = this.#fold;
    return { hasMore, released: this.#released, bytes: usedBytes(this.db), refused, problems };
  }

  /** Reads the journal to its end, without storing anything: what is asked for now is to be up to now. */
  catchUp(): void {
    while (this.#follow()) {}
  }

  close(): void {
    this.#follower.close();
    this.#file.close();
  }

  #next(): boolean {
    if (this.#chunks.length > 0 || this.#offsets.length > 0) {
      this.#store();
      return true;
    }
    if (this.#follow()) return true;
    if (this.#chunks.length > 0 || this.#offsets.length > 0) return true;
    if (this.#checkpoint()) return true;
    if (this.#file.isSalvaging) {
      this.#file.salvage();
      return true;
    }
    if (this.#prune()) return true;
    this.#lookThrough();
    return false;
  }

  /** A little of it each time there is nothing else to do. */
  #lookThrough(): void {
    if (this.#scrub.isDone) {
      if (this.#monotonic() - this.#scrubbedAt < SCRUB_MS) return;
      this.#scrub = new HistoryScrub();
      this.#scrubbedAt = this.#monotonic();
    }
    this.#scrub.step(this.db);
    if (!this.#scrub.isDone || this.#scrub.lost === 0) return;
    this.#problems.push(`${this.#scrub.lost} parts of history.db were damaged and are left out`);
  }

  /** Reads the next page of the journal, or takes a part of it. @returns whether there is more of it */
  #follow(): boolean {
    const isOver = this.#piece();
    if (this.#page === null) {
      this.#page = this.#nextPage();
      if (this.#page === null) this.#rewind();
      if (this.#page === null || isOver()) return true;
    }
    const { steps, isLast } = this.#page;
    let isThrough = false;
    do isThrough = steps.next().done === true;
    while (!isThrough && !isOver());
    if (isThrough) this.#page = null;
    this.#take();
    return !isThrough || !isLast;
  }

  /** `null`: the journal is another one. */
  #nextPage(): OpenPage | null {
    const page = this.#follower.next();
    return page === 'rewound' ? null : { steps: this.#fold.steps(page.rows), isLast: page.isLast };
  }

  #piece(): () => boolean {
    return beginPiece(this.#monotonic);
  }

  #take(): void {
    const { chunks, offsets, resume } = this.#fold.take();
    this.#chunks.push(...chunks);
    this.#offsets.push(...offsets);
    this.#resume = resume;
  }

  /** Stores some of what waits; where to resume is stored with the last of it. */
  #store(): void {
    const isOver = this.#piece();
    const { db } = this;
    const left = db.transaction(() => {
      for (const offset of this.#offsets) putOffset(db, offset);
      let stored = 0;
      for (const chunk of this.#chunks) {
        storeChunk(db, chunk);
        stored += 1;
        if (stored === CHUNKS_AT_A_TIME || isOver()) break;
      }
      const rest = this.#chunks.slice(stored);
      if (rest.length === 0) putResume(db, this.#resume);
      return rest;
    });
    this.#offsets = [];
    this.#chunks = left;
    if (left.length === 0) this.#stored = this.#resume;
  }

  /**
   * Brings what was stored into the file, and syncs it.
   *
   * @returns whether it was time to
   */
  #checkpoint(): boolean {
    const before = this.#log('NOOP');
    const isDue = this.#monotonic() - this.#checkpointedAt >= CHECKPOINT_MS;
    if (before.log - before.checkpointed < LOG_PAGES_MAX && !isDue) return false;
    this.#checkpointedAt = this.#monotonic();
    if (this.#resume !== this.#stored) this.#store();
    const { log, checkpointed } = this.#log('PASSIVE');
    // Somebody who reads can keep a part of it back until the next time.
    const isAll = log === checkpointed;
    if (isAll) this.#released = this.#stored;
    return isAll;
  }

  /** Pages in the log, and how many of them are in the file. */
  #log(checkpoint: 'NOOP' | 'PASSIVE'): { readonly log: number; readonly checkpointed: number } {
    return this.db.get(`PRAGMA wal_checkpoint(${checkpoint})`) ?? { log: 0, checkpointed: 0 };
  }

  #prune(): boolean {
    const { keepMs, rollupMs, bytesMax } = this.#settings;
    const now = this.#fold.time;
    if (now === Number.NEGATIVE_INFINITY) return false;
    const freeBytes = this.#freeBytes(this.#folder);
    const retention = { keepMs, rollupMs, bytesMax, now, freeBytes, isOver: this.#piece() };
    const hasMore = pruneHistory(this.db, retention);
    if (hasMore) this.#forgetSeries();
    return hasMore;
  }

  /** Series of which nothing is left make room for others. */
  #forgetSeries(): void {
    const { db } = this;
    const { first } = db.get<{ first: number | null }>(
      'SELECT min((SELECT min(day) FROM chunks), (SELECT min(day) FROM rollups)) AS first',
    ) ?? { first: null };
    if (first === null) return;
    const gone = db.all<{ id: number }>('SELECT id FROM series WHERE last_day < ?', first);
    for (const { id } of gone) {
      const series = this.#fold.series.byId(id);
      if (series !== undefined && series.count > 0) continue;
      db.run('DELETE FROM series WHERE id = ?', id);
      if (series === undefined) continue;
      this.#fold.series.remove(series);
      this.#fold.forget(series.topic);
    }
  }

  /** `state.db` is another one: what is held is kept as it is, and what is new is told by its time. */
  #rewind(): void {
    this.#fold.sealAll();
    this.#take();
    while (this.#chunks.length > 0) this.#store();
    const { time } = this.#fold;
    const { db } = this;
    const resume = this.#follower.resume(time);
    db.transaction(() => {
      db.run('UPDATE series SET sealed_seq = 0');
      putResume(db, resume);
    });
    this.#problems.push('the journal is another one than before: history goes on with what is new in it');
    this.#restart();
  }

  /** Begins anew with what is in the file. */
  #restart(): void {
    this.#follower.close();
    this.#page = null;
    this.#chunks = [];
    this.#offsets = [];
    this.#stored = resumeIn(this.db);
    this.#resume = this.#stored;
    this.#released = Math.min(this.#released, this.#stored);
    this.#fold = this.#newFold();
    this.#follower = this.#newFollower();
  }

  #newFold(): HistoryFold {
    const { seriesMax } = this.#settings;
    return new HistoryFold({
      settings: this.#settings,
      series: new SeriesTable(storedSeries(this.db), seriesMax),
      offsets: new Offsets(storedOffsets(this.db)),
      resume: this.#stored,
    });
  }

  #newFollower(): JournalFollower {
    return new JournalFollower(this.#folder, this.#stored - 1, (text) => this.#problems.push(text));
  }
}

/** All that is needed to go on can be read; gives where to resume. */
function placeIn(db: Database): number {
  storedSeries(db);
  storedOffsets(db);
  return resumeIn(db);
}

/** The first row of the journal that is not, or not wholly, in chunks. */
export function resumeIn(db: Database): number {
  return Number(db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'resume'")?.value ?? 1);
}

function putResume(db: Database, row: number): void {
  db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('resume', ?)", String(row));
}
