import type { Database } from '../storage/database.js';
import { DamagedDatabase } from '../storage/state-database.js';
import { CHUNKS, type CheckedTable, ROLLUPS, type Row } from './history-salvage.js';

const ROWS_AT_A_TIME = 128;
/** Up to here SQLite itself checks all of it at once, indexes against rows too: some 20 ms of this thread. */
const CHECKED_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Looks through all that is kept, a little at a time, as damage is better found while it can be told than years later by
 * whoever wants to read. Rows that are not what was written are taken out; what SQLite itself cannot read it throws.
 */
export class HistoryScrub {
  readonly #tables: CheckedTable[] = [CHUNKS, ROLLUPS];
  #after: (number | null)[] | null = null;
  #isBegun = false;
  /** Rows that were taken out. */
  lost = 0;

  get isDone(): boolean {
    return this.#tables.length === 0;
  }

  step(db: Database): void {
    const [table] = this.#tables;
    if (table === undefined) return;
    if (!this.#isBegun) checkStructure(db);
    this.#isBegun = true;
    const { name, key } = table;
    const after = this.#after ?? key.map(() => Number.MIN_SAFE_INTEGER);
    const keys = key.join(', ');
    const rows = db.all<Row>(
      `SELECT rowid AS place, * FROM ${name} WHERE (${keys}) > (${key.map(() => '?').join(', ')})
       ORDER BY ${keys} LIMIT ?`,
      ...after,
      ROWS_AT_A_TIME,
    );
    const spoilt = rows.filter((row) => !table.isSound(row));
    if (spoilt.length > 0) this.#takeOut(db, name, spoilt);
    const last = rows.at(-1);
    if (last !== undefined && rows.length === ROWS_AT_A_TIME) {
      this.#after = key.map((column) => Number(last[column]));
      return;
    }
    this.#tables.shift();
    this.#after = null;
  }

  #takeOut(db: Database, table: string, rows: readonly Row[]): void {
    db.transaction(() => {
      for (const { place } of rows) db.run(`DELETE FROM ${table} WHERE rowid = ?`, Number(place));
    });
    this.lost += rows.length;
  }
}

function checkStructure(db: Database): void {
  const bytes = Number(db.pragma('page_count')) * Number(db.pragma('page_size'));
  if (bytes > CHECKED_BYTES_MAX) return;
  const answer = String(db.pragma('integrity_check(1)'));
  // Before what is wrong there can be a line that says in which database.
  if (answer !== 'ok') throw new DamagedDatabase(answer.split('\n').at(-1) ?? answer);
}
