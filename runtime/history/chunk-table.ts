import { checksum } from '../storage/checksum.js';
import type { Database } from '../storage/database.js';
import { decodeChunk, encodeChunk } from './chunk-codec.js';
import type { OpenSeries } from './open-series.js';
import { type Readings, type Summary, summaryOf } from './readings.js';

export const DAY_MS = 86_400_000;

/** A chunk as it stands in the database. */
export interface ChunkRow extends Summary {
  readonly day: number;
  readonly series: number;
  readonly number: number;
  readonly readings: Uint8Array;
}

interface StoredRow extends ChunkRow {
  readonly crc: number;
}

/** What stands beside the readings of a chunk. */
export type ChunkHeader = Omit<ChunkRow, 'readings'>;

const HEADER = `day, series, number, first_time AS firstTime, last_time AS lastTime, count, min, max, sum, first, last`;

export function chunkRow({
  id,
  lastSeq,
  readings,
}: Pick<OpenSeries, 'id' | 'lastSeq' | 'readings'>): ChunkRow {
  const summary = summaryOf(readings);
  const day = Math.floor(summary.lastTime / DAY_MS);
  return { day, series: id, number: lastSeq, ...summary, readings: encodeChunk(readings) };
}

/** @returns whether it was not there already */
export function insertChunk(db: Database, row: ChunkRow): boolean {
  const { day, series, number, firstTime, lastTime, count, min, max, sum, first, last, readings } = row;
  const added = db.run(
    `INSERT OR IGNORE INTO chunks (day, series, number, first_time, last_time, count, min, max, sum, first, last,
       readings, crc)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    day,
    series,
    number,
    firstTime,
    lastTime,
    count,
    min,
    max,
    sum,
    first,
    last,
    readings,
    checksumOf(row),
  );
  return added > 0;
}

/** Where chunks are looked for: those that have, or can have, readings in [from, to]. */
export interface ChunkPlace {
  readonly series: number;
  readonly from: number;
  readonly to: number;
  /** The longest time between the first and the last reading of any of its chunks. */
  readonly span: number;
}

/** The chunks of one day. */
export interface ChunkDay {
  readonly day: number;
  readonly headers: readonly ChunkHeader[];
}

/** Without their readings, day by day, those of a day in the order of their first times. Costs a look per day. */
export function* chunkDays(db: Database, { series, from, to, span }: ChunkPlace): Generator<ChunkDay> {
  for (const day of daysIn(db, 'chunks', from, to + span)) {
    const headers = db.all<ChunkHeader>(
      // The index ends at the first time: without its lower bound every chunk of the day would be looked at.
      `SELECT ${HEADER} FROM chunks WHERE day = ? AND series = ? AND first_time BETWEEN ? AND ?
         AND last_time >= ? ORDER BY first_time, number`,
      day,
      series,
      from - span,
      to,
      from,
    );
    yield { day, headers };
  }
}

/** The readings of a chunk; `null`: they are damaged. */
export function readChunk(db: Database, { day, series, firstTime, number }: ChunkHeader): Readings | null {
  const row = db.get<StoredRow>(
    `SELECT ${HEADER}, readings, crc FROM chunks WHERE day = ? AND series = ? AND first_time = ? AND number = ?`,
    day,
    series,
    firstTime,
    number,
  );
  return row === undefined || !isChunkSound(row) ? null : decodeChunk(row.readings);
}

export function isChunkSound(row: StoredRow): boolean {
  return row.crc === checksumOf(row);
}

/** Without what SQLite may keep in another form: -0 and sums. */
function checksumOf({ series, number, firstTime, lastTime, count, readings }: ChunkRow): number {
  return checksum(series, number, firstTime, lastTime, count, readings);
}

/** The days within [from, to] of which there are rows at all: none is looked for where nothing is. */
export function daysIn(db: Database, table: 'chunks' | 'rollups', from: number, to: number): number[] {
  const { first, last } = db.get<{ first: number | null; last: number | null }>(
    `SELECT (SELECT min(day) FROM ${table}) AS first, (SELECT max(day) FROM ${table}) AS last`,
  ) ?? { first: null, last: null };
  if (first === null || last === null) return [];
  const start = Math.max(first, Math.floor(from / DAY_MS));
  const end = Math.min(last, Math.floor(to / DAY_MS));
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => start + index);
}
