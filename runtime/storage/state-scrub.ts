import type { Database, SqlValue } from './database.js';

/** Commits wait meanwhile: on a card that gives 40 MB a second so much takes 25 ms. */
const BYTES_AT_A_TIME = 1024 * 1024;
const ROWS_AT_A_TIME = 1_000;

/**
 * Looks through all rows, a little at a time, as a start after a clean stop reads only what it needs: damage is better found
 * while much of it can be mended than when somebody asks for what is lost.
 */
export class StateScrub {
  /** Those that are to be looked through; `null`: not begun. */
  #tables: string[] | null = null;
  #after = Number.MIN_SAFE_INTEGER;

  get isDone(): boolean {
    return this.#tables?.length === 0;
  }

  /** @throws {unknown} what SQLite says of a row that it cannot read */
  step(db: Database): void {
    this.#tables ??= tablesIn(db);
    const [table] = this.#tables;
    if (table === undefined) return;
    let bytes = 0;
    let rows = 0;
    for (const row of db.iterate<Record<string, SqlValue>>(
      `SELECT rowid AS scrubbed, * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      this.#after,
      ROWS_AT_A_TIME,
    )) {
      rows += 1;
      this.#after = Number(row['scrubbed']);
      for (const value of Object.values(row))
        if (value !== null && typeof value !== 'number') bytes += value.length;
      if (bytes > BYTES_AT_A_TIME) return;
    }
    if (rows === ROWS_AT_A_TIME) return;
    this.#tables.shift();
    this.#after = Number.MIN_SAFE_INTEGER;
  }
}

function tablesIn(db: Database): string[] {
  return db
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .map(({ name }) => name);
}
