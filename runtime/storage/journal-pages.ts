import type { SourceFile } from '../../rules/format/document.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import { planFiles } from './journal-format.js';
import { type JournalTableRow, rowsAfter, unpacked } from './journal-table.js';

/** Rows of the journal in order, with what is new in them to refer to; in a form that crosses between threads. */
export interface JournalPage {
  readonly rows: readonly {
    readonly number: number;
    readonly seq: number;
    readonly count: number;
    readonly firstTime: number;
    readonly generation: number;
    /** Where its records stand in `bytes`; `null`: it is damaged. */
    readonly place: { readonly start: number; readonly end: number } | null;
  }[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Those that the rows use and that no page before had: by number. */
  readonly topics: readonly (readonly [number: number, topic: string])[];
  readonly plans: readonly (readonly [hash: string, files: readonly SourceFile[]])[];
  /** Nothing comes after it. */
  readonly isLast: boolean;
}

/** Of a journal that is not there. */
export const NO_PAGE: JournalPage = {
  rows: [],
  bytes: new Uint8Array(),
  topics: [],
  plans: [],
  isLast: true,
};

interface ReadRow {
  readonly row: JournalTableRow;
  /** `null`: it is damaged. */
  readonly bytes: Uint8Array | null;
}

/** Enough to keep the one who takes the records apart busy while the next is read. */
const PAGE_BYTES = 256 * 1024;
const PAGE_ROWS = 256;

/**
 * Goes through the journal page by page. Between pages it looks at nothing, so that it can take its time: the log of a
 * writer grows as long as somebody looks at what was before.
 */
export class JournalPages {
  #after: number;
  /** Up to which topics were handed out. */
  #topicsUpTo = 0;

  /** @param after the number of the row before the first one wanted */
  constructor(after: number) {
    this.#after = after;
  }

  next(db: Database): JournalPage {
    return db.read(() => this.#next(db));
  }

  #next(db: Database): JournalPage {
    const rows: ReadRow[] = [];
    let after = this.#after;
    let size = 0;
    let isLast = true;
    for (const row of rowsAfter(db, after)) {
      after = row.number;
      const bytes = unpacked(row);
      rows.push({ row, bytes });
      size += bytes?.length ?? 0;
      if (size >= PAGE_BYTES || rows.length >= PAGE_ROWS) {
        isLast = false;
        break;
      }
    }
    const page = { ...joined(rows), topics: this.#topics(db, rows), plans: plansOf(db, rows), isLast };
    // Not before everything could be read: who meets damage asks again.
    this.#after = after;
    this.#topicsUpTo = Math.max(this.#topicsUpTo, rows.at(-1)?.row.topicsEnd ?? 0);
    return page;
  }

  #topics(db: Database, rows: readonly ReadRow[]): (readonly [number, string])[] {
    return db
      .all<{ number: number; topic: string }>(
        'SELECT number, topic FROM topics WHERE number >= ? AND number < ? ORDER BY number',
        Math.max(this.#topicsUpTo, rows[0]?.row.generation ?? 0),
        rows.at(-1)?.row.topicsEnd ?? 0,
      )
      .map(({ number, topic }) => [number, topic]);
  }
}

function plansOf(db: Database, rows: readonly ReadRow[]): (readonly [string, readonly SourceFile[]])[] {
  const [first, last] = [rows[0]?.row.number ?? 0, rows.at(-1)?.row.number ?? -1];
  return db
    .all<{ hash: string }>('SELECT DISTINCT hash FROM plan_uses WHERE journal BETWEEN ? AND ?', first, last)
    .flatMap(({ hash }) => {
      const files = planIn(db, hash);
      return files === null ? [] : [[hash, files] as const];
    });
}

function joined(rows: readonly ReadRow[]): Pick<JournalPage, 'rows' | 'bytes'> {
  const bytes = new Uint8Array(rows.reduce((sum, one) => sum + (one.bytes?.length ?? 0), 0));
  let end = 0;
  const placed = rows.map(({ row: { number, seq, count, firstTime, generation }, bytes: records }) => {
    if (records === null) return { number, seq, count, firstTime, generation, place: null };
    const start = end;
    bytes.set(records, start);
    end += records.length;
    return { number, seq, count, firstTime, generation, place: { start, end } };
  });
  return { rows: placed, bytes };
}

/** Rule files by their hash; `null`: they are not there, or damaged. */
export function planIn(db: Database, hash: string): readonly SourceFile[] | null {
  const row = db.get<{ files: string; crc: number }>('SELECT files, crc FROM plans WHERE hash = ?', hash);
  return row === undefined || checksum(hash, row.files) !== row.crc ? null : planFiles(row.files);
}
