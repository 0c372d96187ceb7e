import { checksum } from '../storage/checksum.js';
import type { Database } from '../storage/database.js';
import { DAY_MS, daysIn } from './chunk-table.js';
import { HOUR_MS, type MinuteSummaries, mergeMinutes, totalOf } from './minute-summaries.js';
import { decodeMinutes, encodeMinutes } from './minutes-codec.js';
import type { Summary } from './readings.js';

/** What is known of one hour of a series as a whole. */
export interface HourRow extends Summary {
  /** Counted from the epoch. */
  readonly hour: number;
}

/** The same with what is known of its minutes. */
export interface RollupRow extends HourRow {
  readonly series: number;
  /** `null`: minutes are not kept so long. */
  readonly minutes: Uint8Array | null;
}

interface StoredRow extends RollupRow {
  readonly crc: number;
}

const HOUR_COLUMNS =
  'hour, count, first_time AS firstTime, last_time AS lastTime, min, max, sum, first, last';
const COLUMNS = `series, ${HOUR_COLUMNS}, minutes, crc`;
const HOURS_A_DAY = DAY_MS / HOUR_MS;
const MINUTES_AN_HOUR = 60;

/** Adds minutes of a series to what is known of their hours; part of the transaction that stores their readings. */
export function addToRollups(db: Database, series: number, minutes: MinuteSummaries): void {
  for (const [hour, added] of byHour(minutes)) {
    const row = rollupAt(db, series, hour);
    const known = row === undefined ? new Map() : minutesOf(row);
    // Of an hour whose minutes are gone, or damaged, nothing can be said anew; it is nearly as old as can be.
    if (known === null) continue;
    mergeMinutes(known, added);
    putRollup(db, { series, hour, ...totalOf(known), minutes: encodeMinutes(known) });
  }
}

function byHour(minutes: MinuteSummaries): Map<number, MinuteSummaries> {
  const hours = new Map<number, MinuteSummaries>();
  for (const [minute, summary] of minutes) {
    const hour = Math.floor(minute / MINUTES_AN_HOUR);
    const within = hours.get(hour) ?? new Map();
    within.set(minute, summary);
    hours.set(hour, within);
  }
  return hours;
}

function rollupAt(db: Database, series: number, hour: number): StoredRow | undefined {
  return db.get(
    `SELECT ${COLUMNS} FROM rollups WHERE day = ? AND series = ? AND hour = ?`,
    Math.floor(hour / HOURS_A_DAY),
    series,
    hour,
  );
}

function putRollup(db: Database, row: RollupRow): void {
  const { series, hour, count, firstTime, lastTime, min, max, sum, first, last, minutes } = row;
  db.run(
    `INSERT INTO rollups (day, series, hour, count, first_time, last_time, min, max, sum, first, last,
       minutes, crc)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (day, series, hour) DO UPDATE SET count = excluded.count, first_time = excluded.first_time,
       last_time = excluded.last_time, min = excluded.min, max = excluded.max, sum = excluded.sum,
       first = excluded.first, last = excluded.last, minutes = excluded.minutes, crc = excluded.crc`,
    Math.floor(hour / HOURS_A_DAY),
    series,
    hour,
    count,
    firstTime,
    lastTime,
    min,
    max,
    sum,
    first,
    last,
    minutes,
    checksumOf(row),
  );
}

/** Where hours are looked for: those that have a part in [from, to]. */
export interface RollupPlace {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** The hours of a series within [from, to], in order; those that are damaged are left out. */
export function* rollupsIn(db: Database, place: RollupPlace): Generator<RollupRow> {
  for (const row of rowsIn<StoredRow>(db, COLUMNS, place)) if (isRollupSound(row)) yield row;
}

/** The same without their minutes, and without a look at the checksum, which is mostly of those: in a third of the time. */
export function hoursIn(db: Database, place: RollupPlace): Generator<HourRow> {
  return rowsIn(db, HOUR_COLUMNS, place);
}

function* rowsIn<Row>(db: Database, columns: string, { series, from, to }: RollupPlace): Generator<Row> {
  for (const day of daysIn(db, 'rollups', from, to)) {
    yield* db.all<Row>(
      `SELECT ${columns} FROM rollups WHERE day = ? AND series = ? AND hour BETWEEN ? AND ? ORDER BY hour`,
      day,
      series,
      Math.floor(from / HOUR_MS),
      Math.floor(to / HOUR_MS),
    );
  }
}

/** @returns how many hours of a day were left without their minutes, at most `rows` of them */
export function forgetMinutesOf(db: Database, day: number, rows: number): number {
  const due = db.all<StoredRow>(
    `SELECT ${COLUMNS} FROM rollups WHERE day = ? AND minutes IS NOT NULL LIMIT ?`,
    day,
    rows,
  );
  for (const row of due) putRollup(db, { ...row, minutes: null });
  return due.length;
}

/** `null`: they are not kept any more, or damaged. */
export function minutesOf(row: RollupRow & { readonly crc?: number }): MinuteSummaries | null {
  if (row.minutes === null || (row.crc !== undefined && row.crc !== checksumOf(row))) return null;
  return decodeMinutes(row.minutes, row.hour);
}

export function isRollupSound(row: StoredRow): boolean {
  return row.crc === checksumOf(row);
}

function checksumOf({ series, hour, count, firstTime, lastTime, minutes }: RollupRow): number {
  return checksum(series, hour, count, firstTime, lastTime, minutes);
}
