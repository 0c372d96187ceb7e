import { inflateRawSync } from 'node:zlib';
import type { SourceFile } from '../../rules/format/document.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import { planFiles } from './journal-format.js';
import { PACKING } from './store-commit.js';

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

interface Row {
  readonly number: number;
  readonly seq: number;
  readonly count: number;
  readonly firstTime: number;
  readonly generation: number;
  readonly topicsEnd: number;
  readonly packing: number;
  readonly records: Uint8Array;
  readonly crc: number;
}

interface ReadRow {
  readonly row: Row;
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
  readonly #db: Database;
  #after: number;
  /** Up to which topics were handed out. */
  #topicsUpTo = 0;

  /** @param after the number of the row before the first one wanted */
  constructor(db: Database, after: number) {
    this.#db = db;
    this.#after = after;
  }

  next(): JournalPage {
    return this.#db.read(() => this.#next());
  }

  #next(): JournalPage {
    const rows: ReadRow[] = [];
    let size = 0;
    let isLast = true;
    for (const row of this.#rows()) {
      this.#after = row.number;
      const bytes = recordsOf(row);
      rows.push({ row, bytes });
      size += bytes?.length ?? 0;
      if (size >= PAGE_BYTES || rows.length >= PAGE_ROWS) {
        isLast = false;
        break;
      }
    }
    return { ...joined(rows), topics: this.#topics(rows), plans: this.#plans(rows), isLast };
  }

  #rows(): IterableIterator<Row> {
    return this.#db.iterate<Row>(
      `SELECT number, seq, count, first_time AS firstTime, generation, topics_end AS topicsEnd, packing,
         records, crc
       FROM journal WHERE number > ? ORDER BY number`,
      this.#after,
    );
  }

  #topics(rows: readonly ReadRow[]): (readonly [number, string])[] {
    const from = Math.max(this.#topicsUpTo, rows[0]?.row.generation ?? 0);
    this.#topicsUpTo = Math.max(this.#topicsUpTo, rows.at(-1)?.row.topicsEnd ?? 0);
    return this.#db
      .all<{ number: number; topic: string }>(
        'SELECT number, topic FROM topics WHERE number >= ? AND number < ? ORDER BY number',
        from,
        this.#topicsUpTo,
      )
      .map(({ number, topic }) => [number, topic]);
  }

  #plans(rows: readonly ReadRow[]): (readonly [string, readonly SourceFile[]])[] {
    const [first, last] = [rows[0]?.row.number ?? 0, rows.at(-1)?.row.number ?? -1];
    return this.#db
      .all<{ hash: string }>('SELECT DISTINCT hash FROM plan_uses WHERE journal BETWEEN ? AND ?', first, last)
      .flatMap(({ hash }) => {
        const files = planIn(this.#db, hash);
        return files === null ? [] : [[hash, files] as const];
      });
  }
}

/** `null`: the row is damaged. */
function recordsOf(row: Row): Uint8Array | null {
  const { number, seq, count, firstTime, generation, packing, records, crc } = row;
  if (checksum(number, seq, count, firstTime, generation, packing, records) !== crc) return null;
  return packing === PACKING.deflated ? inflateRawSync(records) : records;
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
