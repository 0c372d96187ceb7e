import type { Database } from '../storage/database.js';
import { type ChunkHeader, chunkHeaders, readChunk } from './chunk-table.js';
import type { OpenSeries } from './open-series.js';
import { between, inTimeOrder, joined, type Readings, type SeriesKind } from './readings.js';

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
interface Part {
  readonly firstTime: number;
  readonly lastTime: number;
  /** Rises in the order in which the readings of a series arrived. */
  readonly order: number;
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
    for (const group of overlapping(this.#parts(series, { from, to }))) {
      const read = group.flatMap((part) => this.#read(part) ?? []);
      if (read.length === 0) continue;
      const within = between(inTimeOrder(together(series.kind, read)), from, to);
      if (within.times.length > 0) yield within;
    }
  }

  /** In order of their first times. */
  #parts(series: OpenSeries, { from, to }: TimeRange): Part[] {
    const place = { series: series.id, from, to, span: series.span };
    const stored = [...chunkHeaders(this.#db, place)].map((header) => this.#stored(header));
    const unstored = this.#unstored.of(series).map((readings, index) => unstoredPart(readings, index));
    const parts = [
      ...stored,
      ...unstored.filter(({ firstTime, lastTime }) => firstTime <= to && lastTime >= from),
    ];
    return parts.sort((a, b) => a.firstTime - b.firstTime || a.order - b.order);
  }

  #stored(header: ChunkHeader): Part {
    const { firstTime, lastTime, number } = header;
    return { firstTime, lastTime, order: number, read: () => readChunk(this.#db, header) };
  }

  #read(part: Part): Readings | null {
    const readings = part.read();
    if (readings === null) this.damaged += 1;
    return readings;
  }
}

function unstoredPart(readings: Readings, index: number): Part {
  let [firstTime, lastTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of readings.times) {
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }
  // Behind all that is stored.
  return { firstTime, lastTime, order: Number.MAX_SAFE_INTEGER - 1_000_000 + index, read: () => readings };
}

/** Parts whose times overlap must be looked at together; each group in the order in which its readings arrived. */
function* overlapping(parts: readonly Part[]): Generator<Part[]> {
  let group: Part[] = [];
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
