import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { recount } from './accounting.js';
import { copyTable } from './copy-table.js';
import { Database, databaseFailure } from './database.js';
import { noteHole } from './hole.js';
import { restoreSchema } from './restore-schema.js';
import { openStateDatabase } from './state-database.js';
import { syncFolder } from './sync-folder.js';

/** Damaged files that are kept, for those who can make more of them. */
const DAMAGED_KEPT = 2;

/** What matters most first: the disk may become full. */
const TABLES = [
  'meta',
  'outbox',
  'accounting',
  'episodes',
  'agenda',
  'files',
  'marks',
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

export interface SalvageOptions {
  /** What is wrong with it. */
  readonly reason: string;
  /** For the name of what is set aside: epoch ms. */
  readonly time: number;
  /** The disk is full and nothing more can be done about it: what finds no room is left where it is. */
  readonly isShort: boolean;
}

/**
 * Begins a new database with what can still be read of a damaged one, row by row, and sets that aside. Until all of it is
 * in the new one, and synced, the damaged file stays what it is: whoever is killed on the way begins anew.
 */
export function salvage(path: string, { reason, time, isShort }: SalvageOptions): Salvaged {
  removeDatabase(freshOf(path));
  removeDatabase(readOf(path));
  const fresh = openStateDatabase(freshOf(path));
  let lines: readonly string[];
  try {
    lines = copyAll(path, fresh, isShort);
    fresh.transaction(() => {
      recount(fresh);
      noteHole(fresh, [
        `${basename(path)} was damaged (${reason}): what could be read of it is in a new one`,
        ...lines,
      ]);
    });
    fresh.get('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    fresh.close();
    removeDatabase(readOf(path));
  }
  renameSync(freshOf(path), wholeOf(path));
  syncFolder(dirname(path));
  const aside = swap(path, time);
  const problems = [
    `${basename(path)} is damaged (${reason}) and was set aside as ${basename(aside)}`,
    ...lines,
  ];
  return { db: openStateDatabase(path), problems };
}

/**
 * Ends what a salvage had begun that was killed when all was in the new file.
 *
 * @returns whether there was one
 */
export function finishSalvage(path: string, time: number): boolean {
  const isUnfinished = existsSync(wholeOf(path));
  if (isUnfinished) swap(path, time);
  return isUnfinished;
}

/** What is being made, what is whole, and a copy in which something was mended so that it can be read. */
const freshOf = (path: string) => `${path}.salvage`;
const wholeOf = (path: string) => `${path}.salvaged`;
const readOf = (path: string) => `${path}.salvage-read`;

/** Puts the new file in the place of the damaged one. @returns where that is now */
function swap(path: string, time: number): string {
  const aside = setAside(path, time);
  renameSync(wholeOf(path), path);
  syncFolder(dirname(path));
  return aside;
}

function copyAll(path: string, fresh: Database, isShort: boolean): string[] {
  const damaged = openDamaged(path, fresh);
  if (damaged === null) return ['nothing in it can be read'];
  const problems: string[] = [];
  try {
    for (const table of TABLES) {
      const { rows, isWhole } = copyTable(damaged, fresh, table);
      if (!isWhole) problems.push(`of its ${NAMES[table]} ${rows} could be read, others are lost`);
    }
  } catch (error) {
    if (!isShort || databaseFailure(error) !== 'full') throw error;
    problems.push('the disk is full: a part of what can be read in it found no room');
  } finally {
    damaged.close();
    tidy(path);
  }
  return problems;
}

const NAMES: Readonly<Record<(typeof TABLES)[number], string>> = {
  meta: 'notes',
  outbox: 'notices',
  accounting: 'counters of notices',
  episodes: 'alerts',
  agenda: 'plans of notices',
  files: 'stored versions of files',
  marks: 'marks of machines',
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
    removeDatabase(join(folder, old));
  }
  const aside = join(folder, name);
  // In this order: the new file must never be found beside the log of the old one.
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  if (existsSync(path)) renameSync(path, aside);
  rmSync(`${path}-shm`, { force: true });
  return aside;
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

/** To be read it needed files beside it. */
function tidy(path: string): void {
  rmSync(`${path}-shm`, { force: true });
  if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size === 0) rmSync(`${path}-wal`);
}

/** `null`: not even its tables can be found. */
function openDamaged(path: string, fresh: Database): Database | null {
  const asItIs = openReadable(path);
  if (asItIs !== null) return asItIs;
  const read = readOf(path);
  copyFileSync(path, read);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${read}-wal`);
  restoreSchema(read, fresh);
  return openReadable(read);
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
