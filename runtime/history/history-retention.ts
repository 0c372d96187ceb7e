import { statfsSync } from 'node:fs';
import type { Database } from '../storage/database.js';
import { DAY_MS } from './chunk-table.js';
import { HISTORY_PAGE_BYTES } from './history-database.js';
import type { HistorySettings } from './history-settings.js';
import { forgetMinutesOf } from './rollup-table.js';

const MIB = 1024 * 1024;
/** So many rows go in a piece at most, by the order in which they lie; between a few of them it looks at the clock. */
const ROWS = 256;
const ROWS_A_STEP = 32;
/** The same by their key: then each is on a page of its own. */
const ROWS_BY_KEY = 48;
const ROWS_BY_KEY_A_STEP = 8;
/** History leaves so much of the disk to what cannot be made again: the journal, alerts, notices and their reserve. */
const FREE_BYTES_MIN = 32 * MIB;
/** Pages that hold nothing are used again; more than so many are given back to the disk, so many at a time. */
const EMPTY_BYTES_KEPT = 64 * MIB;
const PAGES_GIVEN_BACK = 32;

export interface Retention extends Pick<HistorySettings, 'keepMs' | 'rollupMs' | 'bytesMax'> {
  /** Engine time. */
  readonly now: number;
  /** What the disk has left. */
  readonly freeBytes: number;
  /** The piece of work is long enough. */
  readonly isOver: () => boolean;
}

export function freeBytesIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** What is in it, without pages that hold nothing. */
export function usedBytes(db: Database): number {
  return (Number(db.pragma('page_count')) - Number(db.pragma('freelist_count'))) * HISTORY_PAGE_BYTES;
}

/**
 * Deletes a part of what is too old, or too much, in a transaction of its own: whole days of readings first, then of
 * rollups.
 *
 * @returns whether there is more to do
 */
export function pruneHistory(db: Database, retention: Retention): boolean {
  const { keepMs, rollupMs, now, isOver } = retention;
  const room = Math.min(retention.bytesMax, usedBytes(db) + retention.freeBytes - FREE_BYTES_MIN);
  const isTooMuch = usedBytes(db) > room;
  const before = (ms: number) => Math.floor((now - ms) / DAY_MS);
  const longest = Math.max(rollupMs.minute, rollupMs.hour);
  return (
    // First: on a full disk too much would go, if it did not tell in what there is left.
    giveBack(db, retention.freeBytes) ||
    deleteDay(db, 'chunks', before(keepMs), isOver) ||
    deleteDay(db, 'rollups', before(longest), isOver) ||
    forgetMinutes(db, before(rollupMs.minute), isOver) ||
    (isTooMuch && (deleteDay(db, 'chunks', Infinity, isOver) || deleteDay(db, 'rollups', Infinity, isOver)))
  );
}

/** Deletes rows of the oldest day, if it is before this one. */
function deleteDay(
  db: Database,
  table: 'chunks' | 'rollups',
  before: number,
  isOver: () => boolean,
): boolean {
  const day = db.get<{ day: number | null }>(`SELECT min(day) AS day FROM ${table}`)?.day ?? null;
  if (day === null || day >= before) return false;
  db.transaction(() => {
    if (deleteAsTheyLie(db, table, day, isOver) > 0) return;
    stepwise({ most: ROWS_BY_KEY, step: ROWS_BY_KEY_A_STEP, isOver }, (rows) =>
      deleteByKey(db, table, day, rows),
    );
  });
  return true;
}

/** Mostly the oldest were written first: whole pages of them go, instead of a part of each of very many. */
function deleteAsTheyLie(
  db: Database,
  table: 'chunks' | 'rollups',
  day: number,
  isOver: () => boolean,
): number {
  return stepwise({ most: ROWS, step: ROWS_A_STEP, isOver }, (rows) =>
    db.run(
      `DELETE FROM ${table} WHERE rowid IN
         (SELECT rowid FROM (SELECT rowid, day FROM ${table} ORDER BY rowid LIMIT ?) WHERE day = ? LIMIT ?)`,
      ROWS,
      day,
      rows,
    ),
  );
}

function deleteByKey(db: Database, table: 'chunks' | 'rollups', day: number, rows: number): number {
  const key = table === 'chunks' ? 'series, first_time, number' : 'series, hour';
  return db.run(
    `DELETE FROM ${table} WHERE day = ? AND (${key}) IN
       (SELECT ${key} FROM ${table} WHERE day = ? ORDER BY ${key} LIMIT ?)`,
    day,
    day,
    rows,
  );
}

/** Does some work a few rows at a time, until there are none, or they are enough, or it took long enough. */
function stepwise(
  { most, step, isOver }: { most: number; step: number; isOver: () => boolean },
  work: (rows: number) => number,
): number {
  let done = 0;
  for (let last = step; last === step && done < most; ) {
    last = work(step);
    done += last;
    if (isOver()) break;
  }
  return done;
}

/** Hours of days before this have no minutes any more. */
export function firstDayOfMinutes(db: Database): number {
  const row = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'minutes_from'");
  return Number(row?.value ?? Number.NEGATIVE_INFINITY);
}

/** Of hours that are kept longer than their minutes. */
function forgetMinutes(db: Database, before: number, isOver: () => boolean): boolean {
  const first = db.get<{ day: number | null }>('SELECT min(day) AS day FROM rollups')?.day ?? null;
  if (first === null) return false;
  const day = Math.max(first, firstDayOfMinutes(db));
  if (day >= before) return false;
  db.transaction(() => {
    const limits = { most: ROWS_BY_KEY, step: ROWS_BY_KEY_A_STEP, isOver };
    let isThrough = false;
    stepwise(limits, (rows) => {
      const left = forgetMinutesOf(db, day, rows);
      isThrough = left < rows;
      return left;
    });
    if (isThrough)
      db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('minutes_from', ?)", String(day + 1));
  });
  return true;
}

function giveBack(db: Database, freeBytes: number): boolean {
  const empty = Number(db.pragma('freelist_count')) * HISTORY_PAGE_BYTES;
  const kept = freeBytes < FREE_BYTES_MIN ? 0 : EMPTY_BYTES_KEPT;
  if (empty <= kept) return false;
  db.execute(`PRAGMA incremental_vacuum(${PAGES_GIVEN_BACK})`);
  return true;
}
