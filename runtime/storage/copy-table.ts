import { type Database, databaseFailure, type SqlValue } from './database.js';

/** How often a table is tried beyond a place that cannot be read: each time twice as far. */
const LEAPS_MAX = 50;
const ROWS_AT_A_TIME = 500;
const BYTES_AT_A_TIME = 4 * 1024 * 1024;

export interface Copied {
  readonly rows: number;
  /** Nothing was found that could not be read. */
  readonly isWhole: boolean;
}

/** Copies what can be read of a table of a damaged database, and leaps over what cannot. */
export function copyTable(from: Database, to: Database, table: string): Copied {
  const columns = to.all<{ name: string }>(`PRAGMA table_info(${table})`).map(({ name }) => name);
  const select = `SELECT rowid AS salvaged, ${columns.join(', ')} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`;
  const places = columns.map(() => '?').join(', ');
  const insert = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
  let after = -1;
  let rows = 0;
  let leaps = 0;
  while (leaps < LEAPS_MAX) {
    const page = readPage(from, select, after);
    to.transaction(() => {
      for (const row of page.rows) {
        const values = columns.map((name) => row[name] ?? null);
        if (isKept(to, insert, values)) rows += 1;
      }
    });
    // Else all of it is on the disk twice.
    to.get('PRAGMA wal_checkpoint(PASSIVE)');
    after = Number(page.rows.at(-1)?.['salvaged'] ?? after);
    if (page.end === 'reached') return { rows, isWhole: leaps === 0 };
    if (page.end === 'damaged') after += 2 ** leaps++;
  }
  return { rows, isWhole: false };
}

interface SalvagedPage {
  readonly rows: readonly Record<string, SqlValue>[];
  readonly end: 'reached' | 'more' | 'damaged';
}

function readPage(from: Database, select: string, after: number): SalvagedPage {
  const rows: Record<string, SqlValue>[] = [];
  let last = after;
  let bytes = 0;
  try {
    for (const row of from.iterate<Record<string, SqlValue>>(select, after, ROWS_AT_A_TIME)) {
      const number = Number(row['salvaged']);
      // A damaged tree can lead back to where it began.
      if (!(number > last)) return { rows, end: 'damaged' };
      last = number;
      rows.push(row);
      bytes += sizeOf(row);
      if (bytes > BYTES_AT_A_TIME) return { rows, end: 'more' };
    }
    return { rows, end: rows.length < ROWS_AT_A_TIME ? 'reached' : 'more' };
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
    return { rows, end: 'damaged' };
  }
}

function sizeOf(row: Readonly<Record<string, SqlValue>>): number {
  return Object.values(row).reduce<number>((sum, value) => {
    return sum + (typeof value === 'object' ? (value?.length ?? 0) : String(value).length);
  }, 0);
}

/** A row that is not what the table takes (another type, nothing where something must be) was damaged too. */
function isKept(to: Database, insert: string, values: readonly SqlValue[]): boolean {
  try {
    return to.run(insert, ...values) > 0;
  } catch (error) {
    if (databaseFailure(error) !== 'refused') throw error;
    return false;
  }
}
