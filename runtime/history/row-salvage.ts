import { type Database, databaseFailure } from '../storage/database.js';
import type { CheckedTable, Row } from './history-salvage.js';

const ROWS_AT_A_TIME = 64;
/** A page has fewer. */
const ROWS_A_PAGE = 32;
/** No table has as many rows. */
const ROW_MAX = 2 ** 40;

/**
 * Goes through one table in the order in which its rows were written, which takes no index: where a page of that is lost,
 * the rows to which it led are found so. Up to what cannot be read it goes row by row, and over that too;
 * over much of it, twice as far each time.
 */
export class RowSalvage {
  readonly table: CheckedTable;
  #after = 0;
  #rows = ROWS_AT_A_TIME;
  #leaps = 0;
  isDone = false;

  constructor(table: CheckedTable) {
    this.table = table;
  }

  read(damaged: Database): { readonly rows: readonly Row[]; readonly isSound: boolean } {
    try {
      const found = damaged.all<Row>(
        `SELECT rowid AS row, * FROM ${this.table.name} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
        this.#after,
        this.#rows,
      );
      if (this.#leaps > 0) this.#rows = ROWS_AT_A_TIME;
      this.#leaps = 0;
      this.#after = Number(found.at(-1)?.['row'] ?? this.#after);
      this.isDone = found.length === 0;
      return { rows: found.map(({ row: _, ...rest }) => rest), isSound: true };
    } catch (error) {
      if (databaseFailure(error) === null) throw error;
      if (this.#rows === 1) {
        this.#leaps += 1;
        this.#after += Math.max(1, 2 ** (this.#leaps - ROWS_A_PAGE));
      }
      this.#rows = 1;
      this.isDone = this.#after > ROW_MAX;
      return { rows: [], isSound: false };
    }
  }
}
