import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import { Database, databaseFailure } from '../storage/database.js';
import { versionOf } from '../storage/state-database.js';
import { type Bucket, type BucketSource, bucketsOf } from './buckets.js';
import { DAY_MS } from './chunk-table.js';
import { dayParts, type StoredDays } from './day-parts.js';
import { HISTORY_FILE } from './history-database.js';
import { HistoryFold, type SealedChunk } from './history-fold.js';
import { HistoryReader, type TimeRange } from './history-reader.js';
import { firstDayOfMinutes } from './history-retention.js';
import { HISTORY_MIGRATIONS } from './history-schema.js';
import type { HistorySettings } from './history-settings.js';
import { resumeIn } from './history-store.js';
import { JournalFollower } from './journal-follower.js';
import { type Grid, HOUR_MS, mergedSummary } from './minute-summaries.js';
import { Offsets, storedOffsets } from './offset-table.js';
import type { OpenSeries, SeriesName } from './open-series.js';
import type { Readings } from './readings.js';
import { hoursIn, rollupsIn } from './rollup-table.js';
import { SeriesTable, storedSeries } from './series-table.js';
import { unstoredReadings } from './unstored-readings.js';

/** `history.db` cannot be read; the message says why, and what to do. */
export class HistoryUnreadable extends Error {}

const BUSY_MS = 5_000;
/** What a day of a thousand series comes to by the minute. */
const CACHE_KB = 16_384;

/** A span of one of many series. */
export interface SeriesBucket {
  readonly series: OpenSeries;
  readonly bucket: Bucket;
}

/**
 * What is kept of a site, for those who only read: while its service runs, or without it. It is as it was when this was
 * opened, up to the last message then. Close it in the end: as long as it is open nothing that goes makes room.
 */
export class StoredHistory {
  readonly offsets: Offsets;
  /** What could not be read: lines for people. */
  readonly problems: string[] = [];
  readonly #db: Database;
  readonly #series: SeriesTable;
  readonly #reader: HistoryReader;
  readonly #reach: Reach;
  readonly #days: StoredDays;

  /** @throws {HistoryUnreadable} */
  static open(folder: string, settings: HistorySettings): StoredHistory {
    const path = join(folder, HISTORY_FILE);
    try {
      return new StoredHistory(opened(path), folder, settings);
    } catch (error) {
      const failure = databaseFailure(error);
      if (failure === null) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const cure = failure === 'damaged' ? '; `tocsin start` sets it aside and brings back what it can' : '';
      throw new HistoryUnreadable(`cannot read ${path}: ${reason}${cure}`, { cause: error });
    }
  }

  private constructor(db: Database, folder: string, settings: HistorySettings) {
    this.#db = db;
    // Everything is read as it is now: chunks that are made meanwhile are those of readings found below.
    db.execute('BEGIN');
    this.#series = new SeriesTable(storedSeries(db), Number.MAX_SAFE_INTEGER);
    this.offsets = new Offsets(storedOffsets(db));
    const resume = resumeIn(db);
    const fold = new HistoryFold({ settings, series: this.#series, offsets: this.offsets, resume });
    const chunks = this.#catchUp(fold, folder, resume);
    this.#reach = reachOf(db);
    this.#days = daysOf(db);
    this.#reader = new HistoryReader(db, unstoredReadings(chunks));
  }

  /** In order of topics, fields and kinds. @param topics only those that one of these matches; none: all */
  series(topics: readonly TopicPattern[] = []): OpenSeries[] {
    const wanted = new TopicIndex<true>();
    for (const pattern of topics) wanted.add(pattern, true);
    const all = [...this.#series.all()];
    const chosen = topics.length === 0 ? all : all.filter(({ topic }) => wanted.match(topic).length > 0);
    return chosen.sort((a, b) => order(a.topic, b.topic) || order(a.field, b.field) || order(a.kind, b.kind));
  }

  find(name: SeriesName): OpenSeries | undefined {
    return this.#series.find(name);
  }

  /** See `HistoryReader`. */
  readings(series: OpenSeries, range: TimeRange): Generator<Readings> {
    return this.#reader.readings(series, range);
  }

  /**
   * The readings of a series by the clock on the wall, summed up by a grid: see `bucketsOf`. In order of time, each with the
   * time on the wall at which it begins.
   *
   * @param range from its first ms up to, but without, its last; epoch ms as people read them
   */
  *buckets(series: OpenSeries, range: TimeRange, grid: Grid): Generator<Bucket> {
    const from = this.offsets.engineTime(range.from);
    const to = this.offsets.engineTime(range.to) - 1;
    const spans = this.offsets.spans().filter((span) => span.from <= to && span.to >= from);
    const [only] = spans;
    if (only !== undefined && spans.length === 1) {
      yield* this.#bucketsIn(only, { series, range: { from, to }, grid });
      return;
    }
    // The clock was set meanwhile: it may have shown a time twice.
    const all = new Map<number, Bucket>();
    for (const span of spans) {
      const within = { from: Math.max(from, span.from), to: Math.min(to, span.to) };
      for (const bucket of this.#bucketsIn(span, { series, range: within, grid })) {
        const known = all.get(bucket.start);
        all.set(
          bucket.start,
          known === undefined ? bucket : { ...mergedSummary(known, bucket), start: bucket.start },
        );
      }
    }
    yield* [...all.values()].sort((a, b) => a.start - b.start);
  }

  /** The same of many series: those of about a day of each, then those of the next. */
  *bucketsOfEach(all: readonly OpenSeries[], { from, to }: TimeRange, grid: Grid): Generator<SeriesBucket> {
    const isCut = (time: number) => this.offsets.isUnambiguous(time);
    // As the wall is now: what was kept when it was far from that is read as one.
    const shift = this.offsets.at(Number.POSITIVE_INFINITY) / DAY_MS;
    const days = { first: this.#days.first + shift, last: this.#days.last + shift };
    for (const part of dayParts({ from, to: to - 1 }, { grid, days, isCut })) {
      for (const series of all) {
        for (const bucket of this.buckets(series, { from: part.from, to: part.to + 1 }, grid)) {
          yield { series, bucket };
        }
      }
    }
  }

  /** What rollups know of the minutes of a series, or its hours, in engine time, and readings that are not in them yet. */
  rollups(series: OpenSeries, range: TimeRange, widthMs: number): Generator<Bucket> {
    return bucketsOf(this.#source(series), range, { widthMs, origin: 0 });
  }

  /** The same of many series: a day of each, then the next. */
  *rollupsOfEach(all: readonly OpenSeries[], range: TimeRange, widthMs: number): Generator<SeriesBucket> {
    for (const part of dayParts(range, { grid: { widthMs, origin: 0 }, days: this.#days })) {
      for (const series of all) {
        for (const bucket of this.rollups(series, part, widthMs)) yield { series, bucket };
      }
    }
  }

  /** Chunks that could not be read so far, and were passed over. */
  get damaged(): number {
    return this.#reader.damaged;
  }

  close(): void {
    this.#db.close();
  }

  *#bucketsIn(
    { offset }: { readonly offset: number },
    { series, range, grid }: { readonly series: OpenSeries; readonly range: TimeRange; readonly grid: Grid },
  ): Generator<Bucket> {
    const engineGrid = { widthMs: grid.widthMs, origin: grid.origin - offset };
    for (const bucket of bucketsOf(this.#source(series), range, engineGrid)) {
      yield { ...bucket, start: bucket.start + offset };
    }
  }

  #source(series: OpenSeries): BucketSource {
    return {
      groups: (range) => this.#reader.groups(series, range),
      unstored: (range) => this.#reader.unstored(series, range),
      rollups: ({ from, to }) => rollupsIn(this.#db, { series: series.id, from, to }),
      hours: ({ from, to }) => hoursIn(this.#db, { series: series.id, from, to }),
      ...this.#reach,
    };
  }

  #catchUp(fold: HistoryFold, folder: string, resume: number): readonly SealedChunk[] {
    const chunks: SealedChunk[] = [];
    const follower = new JournalFollower(folder, resume - 1, (text) => this.problems.push(text));
    for (;;) {
      const page = follower.next();
      if (page === 'rewound') return chunks;
      fold.add(page.rows);
      chunks.push(...fold.take().chunks);
      if (page.isLast) return chunks;
    }
  }
}

type Reach = Pick<BucketSource, 'chunksFrom' | 'minutesFrom'>;

/** From when on there are chunks, and minutes. */
function reachOf(db: Database): Reach {
  const chunk = db.get<{ time: number | null }>(
    'SELECT min(first_time) AS time FROM chunks WHERE day = (SELECT min(day) FROM chunks)',
  )?.time;
  const { day, hour } = db.get<{ day: number | null; hour: number | null }>(
    'SELECT min(day) AS day, min(hour) AS hour FROM rollups WHERE day = (SELECT min(day) FROM rollups)',
  ) ?? { day: null, hour: null };
  const firstHour = chunk == null ? Number.POSITIVE_INFINITY : Math.ceil(chunk / HOUR_MS);
  return {
    // Where nothing is older than the first chunk, nothing was given up.
    chunksFrom: hour !== null && hour < firstHour - 1 ? firstHour * HOUR_MS : Number.NEGATIVE_INFINITY,
    minutesFrom: day === null ? Number.POSITIVE_INFINITY : Math.max(day, firstDayOfMinutes(db)) * DAY_MS,
  };
}

/** Before the first and behind the last of these there are rollups only of readings that are not stored yet. */
function daysOf(db: Database): StoredDays {
  const { first, last } = db.get<{ first: number | null; last: number | null }>(
    'SELECT (SELECT min(day) FROM rollups) AS first, (SELECT max(day) FROM rollups) AS last',
  ) ?? { first: null, last: null };
  return { first: first ?? 0, last: last ?? -1 };
}

/** Without a file there is still the journal. */
function opened(path: string): Database {
  if (!existsSync(path)) {
    const db = new Database(':memory:');
    for (const { apply } of HISTORY_MIGRATIONS) apply(db);
    return db;
  }
  const db = new Database(path, { isReadonly: true, busyMs: BUSY_MS });
  db.execute(`PRAGMA cache_size = -${CACHE_KB}`);
  const version = versionOf(db);
  const expected = HISTORY_MIGRATIONS.at(-1)?.version ?? 0;
  if (version === expected) return db;
  db.close();
  throw new HistoryUnreadable(
    version > expected
      ? `${path} was written by a later version of the program: use that version`
      : `${path} was written by an earlier version of the program: \`tocsin start\` converts it`,
  );
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
