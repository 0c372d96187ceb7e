import { readFileSync, statSync } from 'node:fs';
import { bucketsOf } from '../../runtime/history/buckets.js';
import { HistoryReader, type TimeRange } from '../../runtime/history/history-reader.js';
import type { OpenSeries } from '../../runtime/history/open-series.js';
import { hoursIn, minutesOf, rollupsIn } from '../../runtime/history/rollup-table.js';
import { SeriesTable, storedSeries } from '../../runtime/history/series-table.js';
import type { Database } from '../../runtime/storage/database.js';
import type { Benchmark, Group, Row, Sample } from './benchmark.js';
import {
  type Fill,
  type Filled,
  filled,
  filledOnce,
  fillHistory,
  fillRows,
  HISTORY,
  type Keeping,
  MONTH,
  type Plant,
  ROWS,
  SERIES,
  SHIFT,
} from './filled-history.js';
import { historyWorkRows } from './history-work-benchmarks.js';
import { measure } from './measure.js';
import { START } from './message-stream.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const kept = (id: string, keeping: Keeping, plant: Plant) =>
  filledOnce(
    id,
    keeping,
    ({ readings }, path) => ({
      operations: readings,
      wallNs: 0,
      cpuNs: 0,
      bytes: statSync(path).size,
      result: readings,
    }),
    plant,
  );

/** What this process gave the disk to write, the log and its return into the file included. */
function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function written(id: string, fill: Fill): Benchmark {
  let before = 0;
  const counted: Fill = (path, plant) => {
    before = writtenBytes();
    return fill(path, plant);
  };
  return filled(
    id,
    counted,
    ({ readings }) => ({
      operations: readings,
      wallNs: 0,
      cpuNs: 0,
      bytes: writtenBytes() - before,
      result: readings,
    }),
    SHIFT,
  );
}

function filling(id: string, fill: Fill): Benchmark {
  let sample: Sample | null = null;
  const timed: Fill = (path, plant) => {
    let result: Filled | null = null;
    const readings = plant.series * plant.times;
    sample = measure(readings, () => {
      result = fill(path, plant);
      return readings;
    });
    if (result === null) throw new Error('nothing was filled');
    return result;
  };
  return filled(id, timed, () => sample ?? { operations: 0, wallNs: 0, cpuNs: 0, bytes: 0, result: 0 });
}

const reading = filledOnce('history/read', HISTORY, ({ db }) => {
  const one = firstSeries(db);
  const reader = new HistoryReader(db, { of: () => [] });
  return measure(1, () => {
    let sum = 0;
    for (const { times } of reader.readings(one, { from: START, to: START + HOUR_MS })) sum += times.length;
    return sum;
  });
});

const readingRows = filledOnce('history/read-rows', ROWS, ({ db }) =>
  measure(
    1,
    () =>
      db.all(
        'SELECT time, value FROM readings WHERE series = 1 AND time BETWEEN ? AND ? ORDER BY time',
        START,
        START + HOUR_MS,
      ).length,
  ),
);

const minutes = filledOnce('history/minutes', HISTORY, ({ db }) => {
  const series = storedSeries(db);
  return measure(1, () => {
    let count = 0;
    for (const { id } of series) {
      for (const row of rollupsIn(db, { series: id, from: START, to: START + HOUR_MS })) {
        count += minutesOf(row)?.size ?? 0;
      }
    }
    return count;
  });
});

const minutesRows = filledOnce('history/minutes-rows', ROWS, ({ db }) =>
  measure(
    1,
    () =>
      db.all(
        'SELECT series, time / 60000 AS minute, min(value), max(value), avg(value) FROM readings GROUP BY 1, 2',
      ).length,
  ),
);

/** What rows are asked: one sensor over a span. */
function rowsOver(id: string, spanMs: number): Benchmark {
  return filledOnce(
    id,
    ROWS,
    ({ db }) =>
      measure(
        1,
        () =>
          db.all(
            'SELECT time, value FROM readings WHERE series = 1 AND time BETWEEN ? AND ? ORDER BY time',
            START,
            START + spanMs,
          ).length,
      ),
    MONTH,
  );
}

/** All readings of one sensor over a span of the month. */
function readOver(id: string, spanMs: number): Benchmark {
  return filledOnce(
    id,
    HISTORY,
    ({ db }) => {
      const one = firstSeries(db);
      const reader = new HistoryReader(db, { of: () => [] });
      return measure(1, () => {
        let count = 0;
        for (const { times } of reader.readings(one, { from: START, to: START + spanMs })) {
          count += times.length;
        }
        return count;
      });
    },
    MONTH,
  );
}

/** Min, max, sum, first and last of each hour of the month, of all sensors. */
const hoursOfMonth = filledOnce(
  'history/month-hours',
  HISTORY,
  ({ db }) => {
    const all = [...new SeriesTable(storedSeries(db), SERIES).all()];
    const reader = new HistoryReader(db, { of: () => [] });
    return measure(1, () => {
      let count = 0;
      for (const one of all) {
        const source = {
          groups: (range: TimeRange) => reader.groups(one, range),
          unstored: () => [],
          rollups: ({ from, to }: TimeRange) => rollupsIn(db, { series: one.id, from, to }),
          hours: ({ from, to }: TimeRange) => hoursIn(db, { series: one.id, from, to }),
          chunksFrom: Number.NEGATIVE_INFINITY,
          minutesFrom: Number.NEGATIVE_INFINITY,
        };
        const range = { from: START, to: START + 30 * DAY_MS };
        for (const bucket of bucketsOf(source, range, { widthMs: HOUR_MS, origin: 0 })) {
          count += bucket.count > 0 ? 1 : 0;
        }
      }
      return count;
    });
  },
  MONTH,
);

const hoursOfMonthRows = filledOnce(
  'history/month-hours-rows',
  ROWS,
  ({ db }) =>
    measure(
      1,
      () =>
        db.all(
          'SELECT series, time / 3600000 AS hour, min(value), max(value), sum(value) FROM readings GROUP BY 1, 2',
        ).length,
    ),
  MONTH,
);

function firstSeries(db: Database): OpenSeries {
  const [one] = [...new SeriesTable(storedSeries(db), SERIES).all()];
  if (one === undefined) throw new Error('there is no series');
  return one;
}

const IN_ROWS = 'rows in SQLite';

function overMonth(span: string, spanMs: number): Row {
  const name = span.replaceAll(' ', '-');
  return {
    what: `a month of ten sensors, a reading every 10 s: read ${span} of one`,
    benchmark: readOver(`history/read-${name}`, spanMs),
    unit: 'ms',
    basis: 'wall',
    reference: { name: IN_ROWS, benchmark: rowsOver(`history/read-${name}-rows`, spanMs), compare: 'ratio' },
    target: { bound: 'at most', value: 1, of: 'ratio' },
  };
}

export const historyBenchmarks: Group = {
  name: 'history',
  title: 'History',
  rows: [
    {
      what: '100 sensors, one reading a second, four hours: kept of each reading, rollups included',
      benchmark: kept('history/kept', HISTORY, SHIFT),
      unit: 'bytes',
      reference: { name: IN_ROWS, benchmark: kept('history/kept-rows', ROWS, SHIFT), compare: 'ratio' },
      target: { bound: 'at most', value: 1.4, of: 'measured' },
    },
    {
      what: 'the same: written to the disk for each, beside the journal',
      benchmark: written('history/written', fillHistory),
      unit: 'bytes',
      reference: { name: IN_ROWS, benchmark: written('history/written-rows', fillRows), compare: 'ratio' },
      target: { bound: 'at most', value: 40, of: 'measured' },
    },
    {
      what: 'an hour of the same: to make and store chunks and rollups, for each',
      benchmark: filling('history/seal', fillHistory),
      unit: 'ns',
      reference: { name: IN_ROWS, benchmark: filling('history/seal-rows', fillRows), compare: 'ratio' },
      target: { bound: 'at most', value: 1_500, of: 'measured' },
    },
    {
      what: 'read an hour of one sensor',
      benchmark: reading,
      unit: 'ms',
      basis: 'wall',
      reference: { name: IN_ROWS, benchmark: readingRows, compare: 'ratio' },
      target: { bound: 'at most', value: 20, of: 'measured' },
    },
    {
      what: 'the minutes of an hour of all sensors',
      benchmark: minutes,
      unit: 'ms',
      basis: 'wall',
      reference: { name: IN_ROWS, benchmark: minutesRows, compare: 'ratio' },
      target: { bound: 'at most', value: 1, of: 'ratio' },
    },
    {
      what: 'a month of ten sensors, a reading every 10 s: kept of each reading, rollups included',
      benchmark: kept('history/month-kept', HISTORY, MONTH),
      unit: 'bytes',
      reference: {
        name: IN_ROWS,
        benchmark: kept('history/month-kept-rows', ROWS, MONTH),
        compare: 'ratio',
      },
      target: null,
    },
    overMonth('an hour', HOUR_MS),
    overMonth('a day', DAY_MS),
    overMonth('the month', 30 * DAY_MS),
    {
      what: 'the same month: what each hour of all ten comes to',
      benchmark: hoursOfMonth,
      unit: 'ms',
      basis: 'wall',
      reference: { name: IN_ROWS, benchmark: hoursOfMonthRows, compare: 'ratio' },
      target: { bound: 'at most', value: 1, of: 'ratio' },
    },
    ...historyWorkRows,
  ],
};
