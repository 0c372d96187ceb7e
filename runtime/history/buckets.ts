import type { ChunkPart, TimeRange } from './history-reader.js';
import { type Grid, HOUR_MS, MINUTE_MS, mergedSummary, placeIn, summariesBy } from './minute-summaries.js';
import { between, inTimeOrder, type Summary } from './readings.js';
import { type HourRow, minutesOf, type RollupRow } from './rollup-table.js';

/** What is known of the readings of a span of time; spans without readings have none. */
export interface Bucket extends Summary {
  readonly start: number;
}

/** What is kept of one series. */
export interface BucketSource {
  readonly groups: (range: TimeRange) => Iterable<readonly ChunkPart[]>;
  /** Those of them that are not stored yet. */
  readonly unstored: (range: TimeRange) => Iterable<readonly ChunkPart[]>;
  readonly rollups: (range: TimeRange) => Iterable<RollupRow>;
  /** The same without their minutes. */
  readonly hours: (range: TimeRange) => Iterable<HourRow>;
  /** Readings before this are kept as rollups only. */
  readonly chunksFrom: number;
  /** Of all readings since then, as far as they are stored, rollups have the minutes. */
  readonly minutesFrom: number;
}

/**
 * The readings of a series summed up by a grid, in order of time. A span of whole minutes is read from rollups, a chunk
 * that lies in one span from what stands beside it; only what is left is unpacked. Of times of which there are only
 * rollups a minute, or an hour, counts where it begins.
 */
export function bucketsOf(source: BucketSource, range: TimeRange, grid: Grid): Generator<Bucket> {
  return joinedBuckets(sectionBuckets(source, range, grid));
}

function* sectionBuckets(source: BucketSource, range: TimeRange, grid: Grid): Generator<Bucket> {
  for (const section of sectionsOf(source, range, grid)) {
    if (section.isRollups) yield* withUnstored(source, section, grid);
    else yield* chunkBuckets(source.groups(section), section, grid);
  }
}

/** The first bucket of a section can go on with the last of the one before. */
function* joinedBuckets(buckets: Iterable<Bucket>): Generator<Bucket> {
  let open: Bucket[] = [];
  for (const bucket of buckets) {
    const [last] = open;
    if (last !== undefined && last.start !== bucket.start) yield last;
    open = [last?.start === bucket.start ? { ...mergedSummary(last, bucket), start: last.start } : bucket];
  }
  yield* open;
}

interface Section extends TimeRange {
  readonly isRollups: boolean;
}

/** In order of time; none is empty. */
function sectionsOf({ chunksFrom, minutesFrom }: BucketSource, range: TimeRange, grid: Grid): Section[] {
  const { from, to } = range;
  const cut = Math.min(Math.max(from, chunksFrom), to + 1);
  const isWhole = grid.widthMs % MINUTE_MS === 0 && grid.origin % MINUTE_MS === 0;
  // Whole minutes of which rollups know what chunks do.
  const start = isWhole ? Math.ceil(Math.max(cut, minutesFrom) / MINUTE_MS) * MINUTE_MS : to + 1;
  const end = Math.max(start, Math.floor((to + 1) / MINUTE_MS) * MINUTE_MS);
  const sections: Section[] = [
    { from, to: cut - 1, isRollups: true },
    { from: cut, to: Math.min(start - 1, to), isRollups: false },
    { from: start, to: Math.min(end - 1, to), isRollups: true },
    { from: end, to, isRollups: false },
  ];
  return sections.filter((section) => section.from <= section.to);
}

function* withUnstored(source: BucketSource, range: TimeRange, grid: Grid): Generator<Bucket> {
  yield* together(
    rollupBuckets(rollupRows(source, range, grid), range, grid),
    chunkBuckets(source.unstored(range), range, grid),
  );
}

/** Those of both, in order; where times are equal, readings of `more` arrived later. */
function* together(buckets: Generator<Bucket>, more: Generator<Bucket>): Generator<Bucket> {
  let [a, b] = [buckets.next(), more.next()];
  while (a.done !== true || b.done !== true) {
    if (b.done === true || (a.done !== true && a.value.start < b.value.start)) {
      if (a.done !== true) yield a.value;
      a = buckets.next();
    } else if (a.done === true || b.value.start < a.value.start) {
      yield b.value;
      b = more.next();
    } else {
      yield { ...mergedSummary(a.value, b.value), start: a.value.start };
      [a, b] = [buckets.next(), more.next()];
    }
  }
}

function* chunkBuckets(
  groups: Iterable<readonly ChunkPart[]>,
  range: TimeRange,
  grid: Grid,
): Generator<Bucket> {
  const open = new OpenBuckets(grid);
  for (const group of groups) {
    yield* open.before(Math.max(range.from, Math.min(...group.map(({ firstTime }) => firstTime))));
    for (const part of group) {
      const { firstTime, lastTime } = part;
      const place = placeIn(grid, firstTime);
      if (firstTime >= range.from && lastTime <= range.to && place === placeIn(grid, lastTime)) {
        open.add(place, part.summary());
        continue;
      }
      const readings = part.read();
      if (readings === null) continue;
      const within = between(inTimeOrder(readings), range.from, range.to);
      for (const [at, summary] of summariesBy(grid, within)) open.add(at, summary);
    }
  }
  yield* open.before(Number.POSITIVE_INFINITY);
}

/** Spans of whole hours need no minutes but at the ends of the range. */
function* rollupRows(source: BucketSource, range: TimeRange, grid: Grid): Generator<HourRow | RollupRow> {
  const { from, to } = range;
  const isOfHours = grid.widthMs % HOUR_MS === 0 && grid.origin % HOUR_MS === 0;
  const start = isOfHours ? Math.ceil(from / HOUR_MS) * HOUR_MS : to + 1;
  const end = Math.floor((to + 1) / HOUR_MS) * HOUR_MS;
  if (start >= end) {
    yield* source.rollups(range);
    return;
  }
  if (from < start) yield* source.rollups({ from, to: start - 1 });
  yield* source.hours({ from: start, to: end - 1 });
  if (end <= to) yield* source.rollups({ from: end, to });
}

function* rollupBuckets(
  rows: Iterable<HourRow | RollupRow>,
  range: TimeRange,
  grid: Grid,
): Generator<Bucket> {
  const open = new OpenBuckets(grid);
  for (const row of rows) {
    const start = row.hour * HOUR_MS;
    const end = start + HOUR_MS - 1;
    yield* open.before(Math.max(range.from, start));
    const isInOne = placeIn(grid, start) === placeIn(grid, end);
    const isWhole = isInOne && start >= range.from && end <= range.to;
    const minutes = isWhole || !('minutes' in row) ? null : minutesOf(row);
    if (minutes === null) {
      if (start >= range.from && start <= range.to) open.add(placeIn(grid, start), row);
      continue;
    }
    for (const [minute, summary] of [...minutes].sort(([a], [b]) => a - b)) {
      const time = minute * MINUTE_MS;
      if (time >= range.from && time <= range.to) open.add(placeIn(grid, time), summary);
    }
  }
  yield* open.before(Number.POSITIVE_INFINITY);
}

/** Buckets to which more may come. */
class OpenBuckets {
  readonly #grid: Grid;
  readonly #open = new Map<number, Summary>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  add(place: number, summary: Summary): void {
    const known = this.#open.get(place);
    this.#open.set(place, known === undefined ? summary : mergedSummary(known, summary));
  }

  /** Those that end before a time, in order; they are let go of. */
  *before(time: number): Generator<Bucket> {
    if (this.#open.size === 0) return;
    const until = time === Number.POSITIVE_INFINITY ? time : placeIn(this.#grid, time);
    const places: number[] = [];
    for (const place of this.#open.keys()) if (place < until) places.push(place);
    // Mostly they came in order, and sorting is quick then.
    places.sort((a, b) => a - b);
    for (const place of places) {
      const summary = this.#open.get(place);
      this.#open.delete(place);
      if (summary !== undefined) yield bucketAt(this.#grid.origin + place * this.#grid.widthMs, summary);
    }
  }
}

/** A summary may be the row of a chunk or an hour, with more in it. */
function bucketAt(start: number, summary: Summary): Bucket {
  const { count, firstTime, lastTime, min, max, sum, first, last } = summary;
  return { start, count, firstTime, lastTime, min, max, sum, first, last };
}
