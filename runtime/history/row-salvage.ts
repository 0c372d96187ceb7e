import type { Database } from '../storage/database.js';
import { ReadableRows } from '../storage/readable-rows.js';
import type { CheckedTable, Row } from './history-salvage.js';

const ROWS_AT_A_TIME = 64;

/**
 * Goes through one table in the order in which its rows were written, which takes no index, and leaps over just what cannot
 * be read.
 */
export class RowSalvage {
  readonly table: CheckedTable;
  readonly #readable: ReadableRows;
  #next = 0;
  isDone = false;

  constructor(table: CheckedTable, damaged: Database) {
    this.table = table;
    this.#readable = new ReadableRows(
      damaged,
      `SELECT rowid AS salvaged, * FROM ${table.name} WHERE rowid >= ? ORDER BY rowid LIMIT ?`,
    );
  }

  read(): { readonly rows: readonly Row[]; readonly isSound: boolean } {
    const page = this.#readable.page(this.#next, ROWS_AT_A_TIME);
    const isSound = page.end !== 'damaged';
    const next = isSound ? page.next : this.#readable.nextPlace(page.next);
    this.isDone = page.end === 'reached' || next === null;
    this.#next = next ?? page.next;
    return { rows: page.rows.map(({ salvaged: _, ...row }) => row), isSound };
  }
}
