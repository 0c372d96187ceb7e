import { bucketsOf } from '../../../runtime/history/buckets.js';
import { HistoryReader, type TimeRange } from '../../../runtime/history/history-reader.js';
import type { OpenSeries } from '../../../runtime/history/open-series.js';
import { hoursIn, rollupsIn } from '../../../runtime/history/rollup-table.js';
import { SeriesTable, storedSeries } from '../../../runtime/history/series-table.js';
import { Database } from '../../../runtime/storage/database.js';
import { spread } from '../figures.js';
import { ROW_SERIES, SERIES } from './fill-month.js';

const ROUNDS = 5;
const MINUTE_MS = 60_000;

/** Ms: the middle of several rounds, each with another part of the data. */
export function medianMs(work: (round: number) => number): number {
  const took = Array.from({ length: ROUNDS + 1 }, (_, round) => {
    const start = performance.now();
    if (work(round) === 0) throw new Error('nothing was read');
    return performance.now() - start;
  });
  // The first one compiles.
  return spread(took.slice(1)).median;
}

/** What is asked of history, and of rows. */
export interface MonthReader {
  /** How many readings one sensor has in a range. */
  readings(series: number, range: TimeRange): number;
  /** How many minutes all sensors together have in a range. */
  minutes(range: TimeRange): number;
  close(): void;
}

export function historyOf(path: string): MonthReader {
  const db = new Database(path, { isReadonly: true });
  const all = [...new SeriesTable(storedSeries(db), SERIES).all()];
  const reader = new HistoryReader(db, { of: () => [] });
  return {
    readings(series, range) {
      let count = 0;
      for (const { times } of reader.readings(at(all, series), range)) count += times.length;
      return count;
    },
    minutes(range) {
      let count = 0;
      for (const one of all) {
        const source = {
          groups: (part: TimeRange) => reader.groups(one, part),
          unstored: () => [],
          rollups: ({ from, to }: TimeRange) => rollupsIn(db, { series: one.id, from, to }),
          hours: ({ from, to }: TimeRange) => hoursIn(db, { series: one.id, from, to }),
          chunksFrom: Number.NEGATIVE_INFINITY,
          minutesFrom: Number.NEGATIVE_INFINITY,
        };
        for (const bucket of bucketsOf(source, range, { widthMs: MINUTE_MS, origin: 0 })) {
          count += Math.sign(bucket.count);
        }
      }
      return count;
    },
    close: () => db.close(),
  };
}

export function rowsOf(path: string): MonthReader {
  const db = new Database(path, { isReadonly: true });
  return {
    readings: (series, { from, to }) =>
      db.all(
        'SELECT time, value FROM readings WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time',
        series % ROW_SERIES,
        from,
        to,
      ).length,
    minutes({ from, to }) {
      let count = 0;
      for (let series = 0; series < SERIES; series++) {
        count += db.all(
          `SELECT time / 60000 AS minute, min(value), max(value), sum(value), count(*) FROM readings
             WHERE series = ? AND time BETWEEN ? AND ? GROUP BY 1`,
          series,
          from,
          to,
        ).length;
      }
      return count;
    },
    close: () => db.close(),
  };
}

function at(all: readonly OpenSeries[], place: number): OpenSeries {
  const one = all[(place * 37) % all.length];
  if (one === undefined) throw new Error('there is no series');
  return one;
}
