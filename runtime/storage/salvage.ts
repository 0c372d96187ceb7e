import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { recount } from './accounting.js';
import { Database, databaseFailure, type SqlValue } from './database.js';
import { openStateDatabase } from './state-database.js';

/** Damaged files that are kept, for those who can make more of them. */
const DAMAGED_KEPT = 2;
/** How often a table is tried beyond a place that cannot be read: each time twice as far. */
const LEAPS_MAX = 50;
const ROWS_AT_A_TIME = 500;
const BYTES_AT_A_TIME = 4 * 1024 * 1024;

/** What matters most first: the disk may become full. */
const TABLES = [
  'meta',
  'outbox',
  'accounting',
  'episodes',
  'agenda',
  'files',
  'plans',
  'plan_uses',
  'snapshots',
  'snapshot_parts',
  'topics',
  'events',
  'journal',
] as const;

export interface Salvaged {
  readonly db: Database;
  /** What was done, and lost, in lines for people. */
  readonly problems: readonly string[];
}

/**
 * Sets a damaged database aside and begins a new one with what can still be read of it, row by row.
 *
 * @param reason what is wrong with it
 * @param time for the name of what is set aside: epoch ms
 */
export function salvage(path: string, reason: string, time: number): Salvaged {
  const aside = setAside(path, time);
  const problems = [`${basename(path)} is damaged (${reason}) and was set aside as ${basename(aside)}`];
  const db = openStateDatabase(path);
  const damaged = openDamaged(aside, db);
  if (damaged === null) {
    tidy(aside);
    return { db, problems: [...problems, 'nothing in it can be read'] };
  }
  try {
    for (const table of TABLES) {
      const { rows, isWhole } = copyTable(damaged, db, table);
      if (!isWhole) problems.push(`of its ${NAMES[table]} ${rows} could be read, others are lost`);
    }
  } finally {
    damaged.close();
    tidy(aside);
  }
  db.transaction(() => recount(db));
  return { db, problems };
}

const NAMES: Readonly<Record<(typeof TABLES)[number], string>> = {
  meta: 'notes',
  outbox: 'notices',
  accounting: 'counters of notices',
  episodes: 'alerts',
  agenda: 'plans of notices',
  files: 'stored versions of files',
  plans: 'rule files',
  plan_uses: 'changes of rule files',
  snapshots: 'saved states',
  snapshot_parts: 'parts of saved states',
  topics: 'topics',
  events: 'alert events',
  journal: 'rows of the journal',
};

/** @returns the new path */
function setAside(path: string, time: number): string {
  const folder = dirname(path);
  const prefix = `${basename(path)}.damaged-`;
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+Z/g, '');
  let name = `${prefix}${stamp}`;
  for (let copy = 2; existsSync(join(folder, name)); copy++) name = `${prefix}${stamp}-${copy}`;
  const earlier = readdirSync(folder)
    .filter((other) => other.startsWith(prefix) && !other.endsWith('-wal') && !other.endsWith('-shm'))
    .sort();
  for (const old of earlier.slice(0, Math.max(0, earlier.length + 1 - DAMAGED_KEPT))) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `${old}${suffix}`), { force: true });
  }
  const aside = join(folder, name);
  // In this order: without its file a log is noticed, a file without its log is not.
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  return aside;
}

/** To be read it needed files beside it. */
function tidy(aside: string): void {
  rmSync(`${aside}-shm`, { force: true });
  if (statSync(`${aside}-wal`, { throwIfNoEntry: false })?.size === 0) rmSync(`${aside}-wal`);
}

/** `null`: not even its tables can be found. */
function openDamaged(path: string, fresh: Database): Database | null {
  const asItIs = openReadable(path);
  if (asItIs !== null) return asItIs;
  // Where the tables begin is the same in every file of one version.
  restoreSchema(path, fresh);
  return openReadable(path);
}

function openReadable(path: string): Database | null {
  let db: Database | null = null;
  try {
    db = new Database(path, { isReadonly: true });
    const count = db.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')?.count ?? 0;
    if (count > 0) {
      db.execute('PRAGMA cell_size_check = ON');
      return db;
    }
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
  }
  db?.close();
  return null;
}

/** Overwrites the pages that say which tables there are by those of a new database. */
function restoreSchema(path: string, fresh: Database): void {
  const model = fresh.serialize();
  const pageBytes = Number(fresh.pragma('page_size'));
  const numbers = fresh.all<{ pageno: number }>(
    "SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' ORDER BY pageno",
  );
  const file = openSync(path, 'r+');
  try {
    const header = model.subarray(0, pageBytes);
    const fields = new DataView(header.buffer, header.byteOffset, header.byteLength);
    fields.setUint32(HEADER.pages, Math.floor(fstatSync(file).size / pageBytes));
    fields.setUint32(HEADER.firstFreePage, 0);
    fields.setUint32(HEADER.freePages, 0);
    for (const { pageno } of numbers) {
      const start = (pageno - 1) * pageBytes;
      writeSync(file, model, start, pageBytes, start);
    }
  } finally {
    closeSync(file);
  }
}

/** Places in the first page of a SQLite file (sqlite.org/fileformat2.html, 1.3). */
const HEADER = { pages: 28, firstFreePage: 32, freePages: 36 } as const;

interface Copied {
  readonly rows: number;
  /** Nothing was found that could not be read. */
  readonly isWhole: boolean;
}

/** Copies what can be read, and leaps over what cannot. */
function copyTable(from: Database, to: Database, table: string): Copied {
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
