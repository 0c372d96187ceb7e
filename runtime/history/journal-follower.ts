import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../storage/database.js';
import { type JournalPage, JournalPages } from '../storage/journal-pages.js';
import { PageRecords, type PlacedRecords } from '../storage/page-records.js';
import { STATE_FILE } from '../storage/state-database.js';

export interface FollowedPage {
  /** Taken apart one by one as they are asked for; all of them before the next page. */
  readonly rows: Iterable<PlacedRecords>;
  /** Nothing more is stored at present. */
  readonly isLast: boolean;
}

/** Its writer holds locks for moments only. */
const BUSY_MS = 5_000;

/** One row of the journal, by what no other row in its place would have. */
interface Landmark {
  readonly number: number;
  readonly position: number;
}

/**
 * Reads the journal while the ledger writes it, page by page, as far as it goes. Whenever it has come to the end it lets
 * go of the file: a reader that stays keeps the log from being cut, and the file may be replaced.
 */
export class JournalFollower {
  readonly #path: string;
  readonly #problem: (text: string) => void;
  #db: Database | null = null;
  #pages: JournalPages;
  #records: PageRecords | null = null;
  /** The last row that was read. */
  #row: number;
  #landmark: Landmark | null = null;

  /**
   * @param folder the data folder @param after the row before the first one wanted
   * @param problem told of what cannot be read: a line for people
   */
  constructor(folder: string, after: number, problem: (text: string) => void) {
    this.#path = join(folder, STATE_FILE);
    this.#problem = problem;
    this.#row = after;
    this.#pages = new JournalPages(after);
  }

  /**
   * @returns `rewound`: the journal ends before what was read, or goes on otherwise: `state.db` was damaged, and is
   * another one
   */
  next(): FollowedPage | 'rewound' {
    if (this.#db === null) {
      if (!existsSync(this.#path)) return { rows: [], isLast: true };
      this.#db = new Database(this.#path, { isReadonly: true, busyMs: BUSY_MS });
      if (this.#isRewound(this.#db)) {
        this.close();
        return 'rewound';
      }
    }
    try {
      return this.#page(this.#db);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Goes on with the first row that has a record later than this, or with the next that is stored. */
  resume(time: number): number {
    const db = new Database(this.#path, { isReadonly: true, busyMs: BUSY_MS });
    try {
      const row = db.get<{ after: number | null }>(
        'SELECT max(number) AS after FROM journal WHERE last_time <= ?',
        time,
      );
      this.#row = row?.after ?? 0;
    } finally {
      db.close();
    }
    this.#landmark = null;
    this.#pages = new JournalPages(this.#row);
    this.#records = null;
    return this.#row + 1;
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  #page(db: Database): FollowedPage {
    const page = this.#pages.next(db);
    this.#records ??= this.#recordsFrom(page);
    const rows = this.#records.rows(page);
    this.#row = page.rows.at(-1)?.number ?? this.#row;
    if (page.isLast) {
      this.#landmark = landmarkAt(db, this.#row);
      this.close();
    }
    return { rows, isLast: page.isLast };
  }

  #isRewound(db: Database): boolean {
    const end = db.get<{ number: number | null }>('SELECT max(number) AS number FROM journal')?.number ?? 0;
    if (end < this.#row) return true;
    const there = this.#landmark === null ? null : landmarkAt(db, this.#row);
    return there !== null && there.position !== this.#landmark?.position;
  }

  /** What was before the first page does not count as missing, unless it should be there. */
  #recordsFrom({ rows: [first] }: JournalPage): PageRecords {
    if (first !== undefined && this.#row > 0 && first.number > this.#row + 1) {
      this.#problem(
        `the journal lacks ${first.number - this.#row - 1} commits that were not in history.db yet`,
      );
    }
    return new PageRecords((first?.seq ?? 1) - 1, this.#problem);
  }
}

/** The number of the first record that is still in the journal; 1: there is none. */
export function firstSeqIn(folder: string): number {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) return 1;
  const db = new Database(path, { isReadonly: true, busyMs: BUSY_MS });
  try {
    return db.get<{ seq: number }>('SELECT seq FROM journal ORDER BY number LIMIT 1')?.seq ?? 1;
  } finally {
    db.close();
  }
}

function landmarkAt(db: Database, number: number): Landmark | null {
  return db.get<Landmark>('SELECT number, position FROM journal WHERE number = ?', number) ?? null;
}
