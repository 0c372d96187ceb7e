import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../storage/database.js';
import { JournalPages } from '../storage/journal-pages.js';
import type { JournalRecord } from '../storage/journal-record.js';
import { PageRecords } from '../storage/page-records.js';
import { STATE_FILE } from '../storage/state-database.js';

/** Its writer holds locks for moments only. */
const BUSY_MS = 5_000;

export interface PlacedRecord {
  readonly seq: number;
  readonly record: JournalRecord;
}

/** From where on: after a record, or the first row with a record as late as this engine time. */
export type JournalStart =
  | { readonly kind: 'after'; readonly seq: number }
  | { readonly kind: 'from'; readonly time: number };

/**
 * The journal while its service writes it, up to the last record that is stored when it is come to. It is looked at page
 * by page: the log of the writer grows as long as somebody looks at what was before.
 *
 * @throws {Error} a part that is wanted is not there, or damaged
 */
export function* pastJournal(folder: string, start: JournalStart): Generator<PlacedRecord> {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) return;
  const db = new Database(path, { isReadonly: true, busyMs: BUSY_MS });
  try {
    const row = rowBefore(db, start);
    const after = start.kind === 'after' ? start.seq : (firstSeqAfter(db, row) ?? 1) - 1;
    const pages = new JournalPages(row);
    const records = new PageRecords(after, (problem) => {
      throw new Error(problem);
    });
    for (;;) {
      const page = pages.next(db);
      for (const placed of records.rows(page)) {
        for (const [index, record] of placed.records.entries()) yield { seq: placed.seq + index, record };
      }
      if (page.isLast) return;
    }
  } finally {
    db.close();
  }
}

function rowBefore(db: Database, start: JournalStart): number {
  const row =
    start.kind === 'after'
      ? db.get<{ number: number | null }>(
          'SELECT max(number) - 1 AS number FROM journal WHERE seq <= ?',
          start.seq + 1,
        )
      : db.get<{ number: number | null }>(
          'SELECT max(number) AS number FROM journal WHERE last_time < ?',
          start.time,
        );
  return row?.number ?? 0;
}

function firstSeqAfter(db: Database, row: number): number | undefined {
  return db.get<{ seq: number }>('SELECT seq FROM journal WHERE number > ? ORDER BY number LIMIT 1', row)
    ?.seq;
}
