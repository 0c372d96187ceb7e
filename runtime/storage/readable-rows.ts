import { type Database, databaseFailure, type SqlValue } from './database.js';

const ROWS_AT_A_TIME = 500;
const BYTES_AT_A_TIME = 4 * 1024 * 1024;
/** So often is it tried whether there is something to read further on, then the rest of a table is given up: seconds. */
const TRIES_MAX = 100_000;
/** Each try goes so much further. Rows that begin late, and are few, must not be leapt over as a whole. */
const FURTHER = 1.1;

export interface ReadPage {
  readonly rows: readonly Record<string, SqlValue>[];
  /** Where to go on: the number after the last of them, or where they were to begin. */
  readonly next: number;
  readonly end: 'reached' | 'more' | 'damaged';
}

/** The rows of one table in the order of their numbers, as far as they can be read. */
export class ReadableRows {
  readonly #db: Database;
  /** Of the least number, and how many. To ask for those above one would go through the page of that one first. */
  readonly #select: string;
  #tries = 0;

  constructor(db: Database, select: string) {
    this.#db = db;
    this.#select = select;
  }

  page(start: number, rowsMax = ROWS_AT_A_TIME): ReadPage {
    const rows: Record<string, SqlValue>[] = [];
    let next = start;
    let bytes = 0;
    try {
      for (const row of this.#db.iterate<Record<string, SqlValue>>(this.#select, start, rowsMax)) {
        const number = Number(row['salvaged']);
        // A damaged tree can lead back to where it began.
        if (!(number >= next)) return { rows, next, end: 'damaged' };
        next = number + 1;
        rows.push(row);
        bytes += sizeOf(row);
        if (bytes > BYTES_AT_A_TIME) return { rows, next, end: 'more' };
      }
      return { rows, next, end: rows.length < rowsMax ? 'reached' : 'more' };
    } catch (error) {
      if (databaseFailure(error) === null) throw error;
      return { rows, next, end: 'damaged' };
    }
  }

  /**
   * Where it can be read on behind a place where it cannot: what a page holds, which is what mostly is damaged, is some
   * numbers one after the other. `null`: nowhere.
   */
  nextPlace(damaged: number): number | null {
    let behind = damaged;
    for (let step = 1; damaged + step < Number.MAX_SAFE_INTEGER; step = further(step)) {
      if (this.#tries >= TRIES_MAX) return null;
      if (this.#isReadable(damaged + step)) return this.#first(behind, damaged + step);
      behind = damaged + step;
    }
    return null;
  }

  /** The first number from which on it can be read, between one where it cannot and one where it can. */
  #first(damaged: number, readable: number): number {
    let [low, high] = [damaged, readable];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#isReadable(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  #isReadable(start: number): boolean {
    this.#tries += 1;
    return this.page(start, 1).end !== 'damaged';
  }
}

function further(step: number): number {
  return Math.max(step + 1, Math.floor(step * FURTHER));
}

function sizeOf(row: Readonly<Record<string, SqlValue>>): number {
  return Object.values(row).reduce<number>((sum, value) => {
    return sum + (typeof value === 'object' ? (value?.length ?? 0) : String(value).length);
  }, 0);
}
