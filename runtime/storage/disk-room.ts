import type { Database } from './database.js';
import type { Reserve } from './reserve.js';
import { sacrificeJournal } from './retention.js';
import { STATE_PAGE_BYTES } from './state-database.js';

/** How much of the old journal is given up at once: the place of some minutes of messages. */
const SACRIFICED_BYTES = 8 * 1024 * 1024;
const SACRIFICED_ROWS = 32;

/** What is done about a disk that is full: its last bytes are for alerts and notices. */
export class DiskRoom {
  readonly #reserve: Reserve;
  /** Brings what was deleted into the file, so that its place can be used. */
  readonly #checkpoint: () => void;
  #isShort = false;

  constructor(reserve: Reserve, checkpoint: () => void) {
    this.#reserve = reserve;
    this.#checkpoint = checkpoint;
  }

  /** The disk was full, and there is no room on it again yet. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** At a start: from here on there is room for alerts and notices, even if the disk fills up in the next moment. */
  prepare(): void {
    if (!this.#isShort) this.#reserve.prepare();
  }

  /**
   * The disk is full: gives up the reserve, and old messages that a snapshot and history hold.
   *
   * @param released rows of the journal before this one are in history
   */
  make(db: Database, released: number): void {
    this.giveUpReserve();
    this.#sacrifice(db, released, SACRIFICED_BYTES);
  }

  giveUpReserve(): void {
    this.#isShort = true;
    this.#reserve.giveUp();
  }

  /** Looks at the disk: is it full, or not any more? */
  look(): void {
    if (this.#reserve.hasRoom) this.#isShort = false;
    // SQLite needs small files beside its own.
    else if (!this.#reserve.hasAnyRoom) this.giveUpReserve();
  }

  /** Whether messages may be stored: while the disk is full they only take the pages that older ones leave. */
  hasFor(db: Database, bytes: number, released: number): boolean {
    if (!this.#isShort) return true;
    const needed = 1.5 * bytes + 16 * STATE_PAGE_BYTES;
    this.#sacrifice(db, released, needed);
    return freeBytes(db) >= needed;
  }

  #sacrifice(db: Database, released: number, bytes: number): void {
    while (freeBytes(db) < bytes && sacrificeJournal(db, released, SACRIFICED_ROWS)) this.#checkpoint();
  }

  /**
   * Makes a part of the reserve, if there is room. What it left to a disk that is full is not taken back.
   *
   * @returns whether there is more of it to make
   */
  restore(): boolean {
    if (this.#isShort) return false;
    this.#reserve.grow();
    return this.#reserve.canGrow;
  }
}

/** In pages of the file that hold nothing. */
function freeBytes(db: Database): number {
  return Number(db.pragma('freelist_count')) * STATE_PAGE_BYTES;
}
