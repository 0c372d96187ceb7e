import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyTable } from '../storage/copy-table.js';
import { Database, databaseFailure, type SqlValue } from '../storage/database.js';
import { restoreSchema } from '../storage/restore-schema.js';
import { syncFolder } from '../storage/sync-folder.js';
import { DAY_MS, isChunkSound } from './chunk-table.js';
import { HOUR_MS } from './minute-summaries.js';
import { isRollupSound } from './rollup-table.js';
import { RowSalvage } from './row-salvage.js';
import { storedSeries } from './series-table.js';

const ROWS_AT_A_TIME = 64;
/** Places one after the other that cannot be read: then all that is left of a day, or of the file, is given up. */
const LEAPS_A_DAY = 20;
const LEAPS_MAX = 400;

export const damagedPath = (path: string) => `${path}.damaged`;

/** Makes room for a new file. One that was set aside earlier goes. */
export function setHistoryAside(path: string): void {
  const aside = damagedPath(path);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${aside}${suffix}`, { force: true });
  // In this order: without its file a log is noticed, a file without its log is not.
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
}

/**
 * Takes over what a new file needs to go on where the damaged one was: which series there are, and up to where the
 * journal is in chunks. Doing so again changes nothing.
 *
 * @returns `false`: not all of it can be read, and what the journal still has is made into chunks anew
 */
export function takeOverPlace(path: string, db: Database): boolean {
  const damaged = openDamaged(path, db);
  if (damaged === null) return false;
  try {
    const resume = resumeOf(damaged);
    const copied = ['series', 'offsets'].map((table) => copyTable(damaged, db, table));
    if (resume === null || copied.some(({ isWhole }) => !isWhole)) {
      db.run('UPDATE series SET sealed_seq = 0');
      return false;
    }
    db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('resume', ?)", resume);
    return true;
  } finally {
    damaged.close();
  }
}

/** `null`: it cannot be read. */
function resumeOf(damaged: Database): string | null {
  try {
    return damaged.get<{ value: string }>("SELECT value FROM meta WHERE key = 'resume'")?.value ?? null;
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
    return null;
  }
}

/** Copies what can be read of a damaged file, a little at a time, and deletes it in the end. */
export class HistorySalvage {
  readonly #path: string;
  readonly #floor: number;
  readonly #damaged: Database | null;
  readonly #tables: (TableSalvage | RowSalvage)[];
  rows = 0;
  /** Places that could not be read, and rows that are not what was written. */
  lost = 0;

  /**
   * @param path of the file that took its place
   * @param floor chunks from this record on are made again of the journal
   */
  constructor(path: string, db: Database, floor: number) {
    this.#path = path;
    this.#floor = floor;
    this.#damaged = openDamaged(path, db);
    const series = storedSeries(db).map(({ id }) => id);
    this.#tables =
      this.#damaged === null ? [] : [CHUNKS, ROLLUPS].map((table) => new TableSalvage(table, series));
  }

  /** Not even its tables can be found. */
  get isUnreadable(): boolean {
    return this.#damaged === null;
  }

  /** @returns whether there is more to do */
  step(db: Database): boolean {
    const [table] = this.#tables;
    if (table === undefined || this.#damaged === null) {
      // What was brought back must be safe before that goes from which it came.
      db.get('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#finish();
      return false;
    }
    const { rows, isSound } = table.read(this.#damaged);
    // Row by row it is looked for what was not found by its key: that was counted.
    if (!isSound && table instanceof TableSalvage) this.lost += 1;
    db.transaction(() => {
      for (const row of rows) this.#keep(db, table, row);
    });
    if (!table.isDone) return true;
    this.#tables.shift();
    if (table instanceof TableSalvage && table.hasLeapt) this.#tables.push(new RowSalvage(table.table));
    return true;
  }

  close(): void {
    this.#damaged?.close();
  }

  #keep(db: Database, { table }: TableSalvage | RowSalvage, row: Row): void {
    if (!table.isSound(row)) this.lost += 1;
    else if (table !== CHUNKS || Number(row['number']) < this.#floor) this.rows += put(db, table.name, row);
  }

  #finish(): void {
    this.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${damagedPath(this.#path)}${suffix}`, { force: true });
    // Were it back after a power cut, it would be begun with anew.
    syncFolder(dirname(this.#path));
  }
}

export type Row = Readonly<Record<string, SqlValue>>;

/** A table of which each row can be told from one that was damaged. */
export interface CheckedTable {
  readonly name: string;
  /** Its key, which begins with day and series. */
  readonly key: readonly string[];
  readonly isSound: (row: Row) => boolean;
}

export const CHUNKS: CheckedTable = {
  name: 'chunks',
  key: ['day', 'series', 'first_time', 'number'],
  isSound: (row) => isChunkSound(summaryRow(row)) && row['day'] === dayOf(Number(row['last_time'])),
};
export const ROLLUPS: CheckedTable = {
  name: 'rollups',
  key: ['day', 'series', 'hour'],
  isSound: (row) => isRollupSound(summaryRow(row)) && row['day'] === dayOf(Number(row['hour']) * HOUR_MS),
};

/** Not in the checksums, as it follows from what is. */
function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** The columns by the names that checksums know. Types were checked by the database. */
function summaryRow(row: Row): never {
  return { ...row, firstTime: row['first_time'], lastTime: row['last_time'] } as never;
}

/** Goes through one table in the order of its key, and leaps over what cannot be read to the next series. */
class TableSalvage {
  readonly table: CheckedTable;
  readonly #series: readonly number[];
  #after: SqlValue[];
  #leaps = 0;
  hasLeapt = false;
  isDone = false;

  constructor(table: CheckedTable, series: readonly number[]) {
    this.table = table;
    this.#series = [...series].sort((a, b) => a - b);
    this.#after = table.key.map(() => Number.MIN_SAFE_INTEGER);
  }

  read(damaged: Database): { rows: readonly Row[]; isSound: boolean } {
    const { name, key } = this.table;
    const places = key.map(() => '?').join(', ');
    try {
      const rows = damaged.all<Row>(
        `SELECT * FROM ${name} WHERE (${key.join(', ')}) > (${places}) ORDER BY ${key.join(', ')} LIMIT ?`,
        ...this.#after,
        ROWS_AT_A_TIME,
      );
      this.#leaps = 0;
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS_AT_A_TIME) this.isDone = true;
      else this.#after = key.map((column) => last[column] ?? null);
      return { rows, isSound: true };
    } catch (error) {
      if (databaseFailure(error) === null) throw error;
      this.#leap(damaged);
      return { rows: [], isSound: false };
    }
  }

  #leap(damaged: Database): void {
    this.#leaps += 1;
    this.hasLeapt = true;
    const [day = 0, series = 0] = this.#after.map(Number);
    const next = this.#leaps % LEAPS_A_DAY === 0 ? undefined : this.#series.find((id) => id > series);
    const started = day === Number.MIN_SAFE_INTEGER ? (firstDay(damaged, this.table.name) ?? 0) - 1 : day;
    const place =
      next === undefined || started !== day ? [started + 1, Number.MIN_SAFE_INTEGER] : [day, next - 1];
    this.#after = this.table.key.map((_, index) => place[index] ?? Number.MAX_SAFE_INTEGER);
    if (this.#leaps >= LEAPS_MAX) this.isDone = true;
  }
}

/** `null`: it cannot be told. */
function firstDay(damaged: Database, table: string): number | null {
  try {
    return damaged.get<{ day: number | null }>(`SELECT min(day) AS day FROM ${table}`)?.day ?? null;
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
    return null;
  }
}

/** @returns how many rows were not there already */
function put(db: Database, table: string, row: Row): number {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  return db.run(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`,
    ...columns.map((column) => row[column] ?? null),
  );
}

/** `null`: not even its tables can be found. */
function openDamaged(path: string, fresh: Database): Database | null {
  const asItIs = openReadable(path);
  if (asItIs !== null && isEarlier(asItIs, fresh)) {
    asItIs.close();
    return null;
  }
  if (asItIs !== null || !existsSync(damagedPath(path))) return asItIs;
  restoreSchema(damagedPath(path), fresh);
  return openReadable(path);
}

/** What its rows hold is kept otherwise. */
function isEarlier(damaged: Database, fresh: Database): boolean {
  const version = Number(damaged.pragma('user_version'));
  return version > 0 && version < Number(fresh.pragma('user_version'));
}

function openReadable(path: string): Database | null {
  let db: Database | null = null;
  try {
    db = new Database(damagedPath(path), { isReadonly: true });
    if ((db.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')?.count ?? 0) > 0) return db;
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
  }
  db?.close();
  return null;
}
