import type Sqlite from 'better-sqlite3';
import { sqlite } from './sqlite-driver.js';

export type SqlValue = string | number | Uint8Array | null;

export interface OpenMode {
  readonly isReadonly?: boolean;
  /** How long to wait for a lock that another process holds. */
  readonly busyMs?: number;
}

/** A table whose rows are made when they are asked for: `SELECT … FROM name(argument, …)`. */
export interface MadeTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Names of the arguments; those that are not given are `null`. Given a NULL it has no rows, whatever it would make. */
  readonly parameters: readonly string[];
  /** May throw: who asked gets the error. */
  readonly rows: (...values: readonly SqlValue[]) => Generator<readonly SqlValue[]>;
}

/** One that gives rows and changes nothing. */
export interface RowQuery {
  readonly columns: readonly string[];
  rows(): IterableIterator<readonly SqlValue[]>;
}

/** Of a copy, at a time: 4 MB. */
const COPIED_PAGES = 1_024;

/**
 * One connection to a SQLite file. This file alone knows the driver: everything else uses these few methods. Statements
 * are compiled once per text.
 */
export class Database {
  readonly #connection: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement<SqlValue[]>>();

  constructor(path: string, { isReadonly = false, busyMs = 0 }: OpenMode = {}) {
    this.#connection = new sqlite(path, { readonly: isReadonly, fileMustExist: isReadonly, timeout: busyMs });
  }

  /** How many rows were changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#statement(sql).run(...values).changes;
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Rows one by one; nothing else may use this connection meanwhile. */
  iterate<Row>(sql: string, ...values: SqlValue[]): IterableIterator<Row> {
    return this.#statement(sql).iterate(...values) as IterableIterator<Row>;
  }

  addTable({ name, columns, parameters, rows }: MadeTable): void {
    this.#connection.table(name, {
      columns: [...columns],
      parameters: [...parameters],
      *rows(...values: unknown[]): Generator<readonly SqlValue[]> {
        yield* rows(...(values as (SqlValue | undefined)[]).map((value) => value ?? null));
      },
    });
  }

  /**
   * A statement that somebody typed. `null`: it gives no rows, or changes something.
   *
   * @throws what SQLite says of it; {RangeError} it is none, or more than one
   */
  query(sql: string): RowQuery | null {
    const statement = this.#connection.prepare<[], readonly SqlValue[]>(sql);
    if (!statement.reader || !statement.readonly) return null;
    statement.raw();
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: () => statement.iterate(),
    };
  }

  /** Statements without values; a `PRAGMA` is set by this. */
  execute(sql: string): void {
    this.#connection.exec(sql);
  }

  /** The first value that a `PRAGMA` answers. */
  pragma(name: string): unknown {
    return this.#connection.pragma(name, { simple: true });
  }

  /** All of it or nothing. The lock for writing is taken at once. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // Some errors have ended the transaction already.
      if (this.#connection.inTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  /** Everything in it sees the database as it is at the first look. */
  read<T>(work: () => T): T {
    this.run('BEGIN');
    try {
      return work();
    } finally {
      if (this.#connection.inTransaction) this.run('COMMIT');
    }
  }

  /** The file as bytes. */
  serialize(): Uint8Array {
    return this.#connection.serialize();
  }

  /**
   * Copies the database into a new file, as this connection sees it. While a transaction is open that is as it was when the
   * transaction began, whatever others write meanwhile.
   *
   * @param progress told the pages that are left, and all there are
   */
  async copyTo(path: string, progress: (left: number, all: number) => void): Promise<void> {
    await this.#connection.backup(path, {
      progress({ totalPages, remainingPages }) {
        progress(remainingPages, totalPages);
        return COPIED_PAGES;
      },
    });
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #statement(sql: string): Sqlite.Statement<SqlValue[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare<SqlValue[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Why SQLite could not do something, as far as it matters what is done about it. */
export type DatabaseFailure =
  /** Another process holds a lock. */
  | 'busy'
  /** The disk is full. */
  | 'full'
  /** The file is damaged, cannot be read everywhere, or is none of SQLite's. */
  | 'damaged'
  /** It, or its folder, may not be written or opened. */
  | 'denied'
  /** Writing failed, or the disk as a whole. */
  | 'io'
  /** A row is none that its table takes. */
  | 'refused'
  | 'other';

/** `null`: the error is not SQLite's. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (!(error instanceof sqlite.SqliteError)) return null;
  const [, code = '', primary = ''] = /^SQLITE_(([A-Z]+)\w*)/.exec(error.code) ?? [];
  return FAILURES[code] ?? FAILURES[primary] ?? 'other';
}

const FAILURES: Readonly<Record<string, DatabaseFailure>> = {
  BUSY: 'busy',
  LOCKED: 'busy',
  FULL: 'full',
  CORRUPT: 'damaged',
  NOTADB: 'damaged',
  CANTOPEN: 'denied',
  READONLY: 'denied',
  PERM: 'denied',
  AUTH: 'denied',
  IOERR: 'io',
  IOERR_READ: 'damaged',
  IOERR_SHORT_READ: 'damaged',
  IOERR_CORRUPTFS: 'damaged',
  IOERR_DATA: 'damaged',
  // The file by which readers and writers agree could not be made as large as it must be.
  IOERR_SHMSIZE: 'full',
  CONSTRAINT: 'refused',
  MISMATCH: 'refused',
  TOOBIG: 'refused',
};
