import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Database, SqlValue } from '../storage/database.js';
import { leafRows } from '../storage/leaf-rows.js';
import { HISTORY_PAGE_BYTES } from './history-database.js';
import type { CheckedTable, Row } from './history-salvage.js';

const PAGES_AT_A_TIME = 32;

export interface FoundRow {
  readonly table: CheckedTable;
  readonly row: Row;
}

/**
 * Goes through a damaged file page by page: where a page is lost that leads to others, the rows on those are found so, even
 * if it is the one at which their table begins. What is in the log only is not; neither is it gone from the journal.
 */
export class LeafSalvage {
  readonly #file: number;
  readonly #pages: number;
  readonly #tables: readonly { readonly table: CheckedTable; readonly columns: readonly string[] }[];
  #next = 1;

  /** @param fresh has these tables as they should be */
  constructor(path: string, fresh: Database, tables: readonly CheckedTable[]) {
    this.#file = openSync(path, 'r');
    this.#pages = Math.floor(fstatSync(this.#file).size / HISTORY_PAGE_BYTES);
    this.#tables = tables.map((table) => ({
      table,
      columns: fresh.all<{ name: string }>(`PRAGMA table_info(${table.name})`).map(({ name }) => name),
    }));
  }

  get isDone(): boolean {
    return this.#next > this.#pages;
  }

  /** Rows that are what was written; others tell nothing, as pages that are free hold what was deleted long ago. */
  read(): FoundRow[] {
    const end = Math.min(this.#pages + 1, this.#next + PAGES_AT_A_TIME);
    const found: FoundRow[] = [];
    const source = { pageBytes: HISTORY_PAGE_BYTES, page: (number: number) => this.#page(number) };
    for (; this.#next < end; this.#next++) {
      for (const values of leafRows(source, this.#next)) {
        const row = this.#told(values);
        if (row !== null) found.push(row);
      }
    }
    return found;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Whose row it is. */
  #told(values: readonly SqlValue[]): FoundRow | null {
    for (const { table, columns } of this.#tables) {
      if (values.length !== columns.length) continue;
      const row = Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]));
      if (table.isSound(row)) return { table, row };
    }
    return null;
  }

  #page(number: number): Uint8Array | null {
    if (number < 1 || number > this.#pages) return null;
    const bytes = new Uint8Array(HISTORY_PAGE_BYTES);
    const read = readSync(this.#file, bytes, 0, bytes.length, (number - 1) * bytes.length);
    return read === bytes.length ? bytes : null;
  }
}
