import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyTable } from '../storage/copy-table.js';
import { Database, databaseFailure, type SqlValue } from '../storage/database.js';
import { restoreSchema } from '../storage/restore-schema.js';
import { syncFolder } from '../storage/sync-folder.js';
import { DAY_MS, isChunkSound } from './chunk-table.js';
import { LeafSalvage } from './leaf-salvage.js';
import { HOUR_MS } from './minute-summaries.js';
import { isRollupSound } from './rollup-table.js';
import { RowSalvage } from './row-salvage.js';
import { takeOverNames } from './series-names.js';
import { noteSalvaged } from './series-table.js';

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
      takeOverNames(damaged, db);
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
  readonly #tables: RowSalvage[];
  /** When something could not be read: all of the file. */
  #leaves: LeafSalvage | null = null;
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
    const damaged = openDamaged(path, db);
    this.#damaged = damaged;
    this.#tables = damaged === null ? [] : [CHUNKS, ROLLUPS].map((table) => new RowSalvage(table, damaged));
  }

  /** Not even its tables can be found. */
  get isUnreadable(): boolean {
    return this.#damaged === null;
  }

  /** @returns whether there is more to do */
  step(db: Database): boolean {
    const [table] = this.#tables;
    if (table !== undefined) this.#readRows(db, table);
    else if (this.#leaves !== null && !this.#leaves.isDone) this.#readLeaves(db, this.#leaves);
    else {
      // What was brought back must be safe before that goes from which it came.
      db.get('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#finish();
      return false;
    }
    return true;
  }

  close(): void {
    this.#damaged?.close();
    this.#leaves?.close();
    this.#leaves = null;
  }

  #readRows(db: Database, salvage: RowSalvage): void {
    const { table } = salvage;
    const { rows, isSound } = salvage.read();
    const sound = rows.filter((row) => table.isSound(row));
    const lost = rows.length - sound.length + (isSound ? 0 : 1);
    this.lost += lost;
    if (lost > 0) this.#leaves ??= new LeafSalvage(damagedPath(this.#path), db, [CHUNKS, ROLLUPS]);
    db.transaction(() => {
      for (const row of sound) this.#keep(db, table, row);
    });
    if (salvage.isDone) this.#tables.shift();
  }

  #readLeaves(db: Database, leaves: LeafSalvage): void {
    const found = leaves.read();
    db.transaction(() => {
      for (const { table, row } of found) this.#keep(db, table, row);
    });
  }

  #keep(db: Database, table: CheckedTable, row: Row): void {
    if (table === CHUNKS && Number(row['number']) >= this.#floor) return;
    this.rows += put(db, table, row);
    if (table === CHUNKS) noteSalvaged(db, row);
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
  /** When a row takes the place of one with its key; `null`: never, as it is the same. */
  readonly replaces: string | null;
}

export const CHUNKS: CheckedTable = {
  name: 'chunks',
  key: ['day', 'series', 'first_time', 'number'],
  isSound: (row) => isChunkSound(summaryRow(row)) && row['day'] === dayOf(Number(row['last_time'])),
  replaces: null,
};
export const ROLLUPS: CheckedTable = {
  name: 'rollups',
  key: ['day', 'series', 'hour'],
  isSound: (row) => isRollupSound(summaryRow(row)) && row['day'] === dayOf(Number(row['hour']) * HOUR_MS),
  // A page that is free can hold what an hour came to before more readings came.
  replaces: 'excluded.count > rollups.count',
};

/** Not in the checksums, as it follows from what is. */
function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** The columns by the names that checksums know. Types were checked by the database. */
function summaryRow(row: Row): never {
  return { ...row, firstTime: row['first_time'], lastTime: row['last_time'] } as never;
}

/** @returns how many rows were not there already */
function put(db: Database, { name, replaces }: CheckedTable, row: Row): number {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  const newer = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  const conflict = replaces === null ? 'NOTHING' : `UPDATE SET ${newer} WHERE ${replaces}`;
  return db.run(
    `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places}) ON CONFLICT DO ${conflict}`,
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
