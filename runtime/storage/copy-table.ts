import { type Database, databaseFailure, type SqlValue } from './database.js';
import { ReadableRows } from './readable-rows.js';

export interface Copied {
  readonly rows: number;
  /** Nothing was found that could not be read, or not be what it was. */
  readonly isWhole: boolean;
}

/** Copies what can be read of a table of a damaged database, and leaps over what cannot. */
export function copyTable(from: Database, to: Database, table: string): Copied {
  const columns = to.all<{ name: string }>(`PRAGMA table_info(${table})`).map(({ name }) => name);
  const readable = new ReadableRows(
    from,
    `SELECT rowid AS salvaged, ${columns.join(', ')} FROM ${table} WHERE rowid >= ? ORDER BY rowid LIMIT ?`,
  );
  const places = columns.map(() => '?').join(', ');
  const insert = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
  let start: number | null = 0;
  let rows = 0;
  let isWhole = true;
  while (start !== null) {
    const page = readable.page(start);
    to.transaction(() => {
      for (const row of page.rows) {
        const values = columns.map((name) => row[name] ?? null);
        const inserted = insertedRows(to, insert, values);
        rows += inserted ?? 0;
        if (inserted === null) isWhole = false;
      }
    });
    // Else all of it is on the disk twice.
    to.get('PRAGMA wal_checkpoint(PASSIVE)');
    if (page.end === 'reached') return { rows, isWhole };
    if (page.end === 'damaged') isWhole = false;
    start = page.end === 'damaged' ? readable.nextPlace(page.next) : page.next;
  }
  return { rows, isWhole };
}

/** `null`: a row that is not what the table takes (another type, nothing where something must be) was damaged too. */
function insertedRows(to: Database, insert: string, values: readonly SqlValue[]): number | null {
  try {
    return to.run(insert, ...values);
  } catch (error) {
    if (databaseFailure(error) !== 'refused') throw error;
    return null;
  }
}
