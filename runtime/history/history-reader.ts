import type { Database } from '../storage/database.js';
import { type ChunkHeader, chunkDays, DAY_MS, readChunk } from './chunk-table.js';
import type { OpenSeries } from './open-series.js';
import {
  between,
  inTimeOrder,
  joined,
  type Readings,
  type SeriesKind,
  type Summary,
  summaryOf,
} from './readings.js';

/** A range of time, both ends included. Engine time. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Readings that are not stored as a chunk yet, in the order in which they arrived. */
export interface UnstoredReadings {
  of(series: OpenSeries): readonly Readings[];
}

/** A chunk, stored or not, without its readings. */
export interface ChunkPart {
  readonly firstTime: number;
  readonly lastTime: number;
  readonly summary: () => Summary;
  /** Rises in the order in which the readings of a series arrived. */
  readonly order: number;
  /** `null`: they are damaged. */
  readonly read: () => Readings | null;
}

/** Reads what is kept of series, and what is not stored yet. */
export class HistoryReader {
  readonly #db: Database;
  readonly #unstored: UnstoredReadings;
  /** Chunks that could not be read, and were passed over. */
  damaged = 0;

  constructor(db: Database, unstored: UnstoredReadings) {
    this.#db = db;
    this.#unstored = unstored;
  }

  /**
   * The readings of a series in order of time, those of one time as they arrived; in parts of some thousands, each after
   * the one before it.
   */
  *readings(series: OpenSeries, { from, to }: TimeRange): Generator<Readings> {
    for (const group of this.groups(series, { from, to })) {
      const read = group.flatMap((part) => part.read() ?? []);
      if (read.length === 0) continue;
      const within = between(inTimeOrder(together(series.kind, read)), from, to);
      if (within.times.length > 0) yield within;
    }
  }

  /** Chunks that have readings in the range, or may have some; those whose times overlap together, as they arrived. */
  groups(series: OpenSeries, range: TimeRange): Generator<ChunkPart[]> {
    return overlapping(this.#parts(series, range));
  }

  /** The same of what is not stored yet. */
  unstored(series: OpenSeries, range: TimeRange): Generator<ChunkPart[]> {
    return overlapping(this.#unstoredParts(series, range).sort(byFirstTime));
  }

  /** In the order of their first times. Holds what begins within a day and the longest span: months have a lot of chunks. */
  *#parts(series: OpenSeries, { from, to }: TimeRange): Generator<ChunkPart> {
    let waiting = this.#unstoredParts(series, { from, to });
    const { span } = series;
    for (const { day, headers } of chunkDays(this.#db, { series: series.id, from, to, span })) {
      waiting.push(...headers.map((header) => this.#stored(header)));
      waiting.sort(byFirstTime);
      // A chunk of a later day ends in it, and is no longer than the longest.
      const certain = (day + 1) * DAY_MS - span;
      const next = waiting.findIndex(({ firstTime }) => firstTime >= certain);
      yield* next < 0 ? waiting : waiting.slice(0, next);
      waiting = next < 0 ? [] : waiting.slice(next);
    }
    yield* waiting.sort(byFirstTime);
  }

  #unstoredParts(series: OpenSeries, { from, to }: TimeRange): ChunkPart[] {
    return this.#unstored
      .of(series)
      .map((readings, index) => unstoredPart(readings, index))
      .filter(({ firstTime, lastTime }) => firstTime <= to && lastTime >= from);
  }

  #stored(header: ChunkHeader): ChunkPart {
    const { firstTime, lastTime, number } = header;
    const read = () => {
      const readings = readChunk(this.#db, header);
      if (readings === null) this.damaged += 1;
      return readings;
    };
    return { firstTime, lastTime, order: number, summary: () => header, read };
  }
}

function byFirstTime(a: ChunkPart, b: ChunkPart): number {
  return a.firstTime - b.firstTime || a.order - b.order;
}

function unstoredPart(readings: Readings, index: number): ChunkPart {
  let [firstTime, lastTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of readings.times) {
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }
  return {
    firstTime,
    lastTime,
    // Behind all that is stored.
    order: Number.MAX_SAFE_INTEGER - 1_000_000 + index,
    summary: () => summaryOf(readings),
    read: () => readings,
  };
}

/** Parts whose times overlap must be looked at together; each group in the order in which its readings arrived. */
function* overlapping(parts: Iterable<ChunkPart>): Generator<ChunkPart[]> {
  let group: ChunkPart[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    if (group.length > 0 && part.firstTime > end) {
      yield group.sort((a, b) => a.order - b.order);
      group = [];
    }
    group.push(part);
    end = Math.max(end, part.lastTime);
  }
  if (group.length > 0) yield group.sort((a, b) => a.order - b.order);
}

function together(kind: SeriesKind, parts: readonly Readings[]): Readings {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : joined(kind, parts);
}
