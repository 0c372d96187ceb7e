import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistoryDatabase } from '../../runtime/history/history-database.js';
import { HistoryFold } from '../../runtime/history/history-fold.js';
import { HistoryReader } from '../../runtime/history/history-reader.js';
import { Offsets } from '../../runtime/history/offset-table.js';
import { minutesOf, rollupsIn } from '../../runtime/history/rollup-table.js';
import { SeriesTable, storedSeries } from '../../runtime/history/series-table.js';
import { storeChunks } from '../../runtime/history/store-chunks.js';
import { Database } from '../../runtime/storage/database.js';
import type { JournalMessage } from '../../runtime/storage/journal-record.js';
import { seededRandom } from '../seeded-random.js';
import type { Benchmark, Group, Sample } from './benchmark.js';
import { measure } from './measure.js';
import { machineTopics, START } from './message-stream.js';

const SERIES = 100;
/** An hour of `SERIES` sensors that send every second. */
const SECONDS = 3_600;
const HOUR_MS = 3_600_000;

const SETTINGS = {
  topics: ['#'],
  timeFields: [],
  keepMs: Number.POSITIVE_INFINITY,
  rollupMs: { minute: Number.POSITIVE_INFINITY, hour: Number.POSITIVE_INFINITY },
  bytesMax: Number.POSITIVE_INFINITY,
  seriesMax: SERIES,
};

/** One second of all sensors: each wanders by tenths and sends a few ms early or late. */
function* seconds(count: number): Generator<JournalMessage[]> {
  const random = seededRandom(1);
  const topics = machineTopics(SERIES, 'temperature');
  const values = new Float64Array(SERIES).fill(60);
  for (let second = 0; second < count; second++) {
    yield topics.map((topic, series) => {
      const payload = Math.round(10 * (values[series] ?? 0) + 10 * (random() - 0.5)) / 10;
      values[series] = payload;
      const arrival =
        START + 1_000 * second + Math.floor(1_000 * (series / SERIES)) + Math.floor(7 * random());
      return {
        kind: 'message',
        message: { topic, payload, time: arrival, arrival },
        bytes: new Uint8Array(),
        format: 'json',
        sender: '',
        packetId: null,
        fingerprint: 0,
        hasOwnTime: false,
      };
    });
  }
}

interface Filled {
  readonly db: Database;
  readonly readings: number;
}

/** What the history worker does with what the journal has, without reading it: ten seconds at a time. */
function fillHistory(path: string, count: number): Filled {
  const db = openHistoryDatabase(path);
  const series = new SeriesTable([], SERIES);
  const fold = new HistoryFold({ settings: SETTINGS, series, offsets: new Offsets([]), resume: 1 });
  let row = 1;
  let seq = 1;
  const store = () => db.transaction(() => storeChunks(db, fold.take().chunks));
  for (const records of seconds(count)) {
    fold.add({ row, seq, records });
    row += 1;
    seq += records.length;
    if (row % 10 === 0) store();
    if (row % 300 === 0) db.get('PRAGMA wal_checkpoint(PASSIVE)');
  }
  fold.sealAll();
  store();
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  return { db, readings: seq - 1 };
}

/** What anybody would begin with: a row per reading, a transaction per second. */
function fillRows(path: string, count: number): Filled {
  const db = new Database(path);
  db.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.execute(
    'CREATE TABLE readings (series INTEGER, time INTEGER, value REAL, PRIMARY KEY (series, time)) WITHOUT ROWID',
  );
  let readings = 0;
  for (const records of seconds(count)) {
    db.transaction(() => {
      for (const [series, { message }] of records.entries()) {
        const value = Number(message.payload);
        db.run('INSERT OR REPLACE INTO readings VALUES (?, ?, ?)', series, message.time, value);
        readings += 1;
      }
    });
  }
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  return { db, readings };
}

type Fill = (path: string, count: number) => Filled;

function filled(id: string, fill: Fill, sampleOf: (filled: Filled, path: string) => Sample): Benchmark {
  return {
    id,
    run(scale) {
      const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
      try {
        const path = join(folder, 'readings.db');
        const full = fill(path, Math.max(2, Math.ceil(SECONDS * scale)));
        const sample = sampleOf(full, path);
        full.db.close();
        return sample;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

const kept = (id: string, fill: Fill) =>
  filled(id, fill, ({ readings }, path) => ({
    operations: readings,
    wallNs: 0,
    cpuNs: 0,
    bytes: statSync(path).size,
    result: readings,
  }));

/** What this process gave the disk to write, the log and its return into the file included. */
function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function written(id: string, fill: Fill): Benchmark {
  let before = 0;
  const counted: Fill = (path, count) => {
    before = writtenBytes();
    return fill(path, count);
  };
  return filled(id, counted, ({ readings }) => ({
    operations: readings,
    wallNs: 0,
    cpuNs: 0,
    bytes: writtenBytes() - before,
    result: readings,
  }));
}

function filling(id: string, fill: Fill): Benchmark {
  let sample: Sample | null = null;
  const timed: Fill = (path, count) => {
    let result: Filled | null = null;
    sample = measure(SERIES * count, () => {
      result = fill(path, count);
      return SERIES * count;
    });
    if (result === null) throw new Error('nothing was filled');
    return result;
  };
  return filled(id, timed, () => sample ?? { operations: 0, wallNs: 0, cpuNs: 0, bytes: 0, result: 0 });
}

const reading = filled('history/read', fillHistory, ({ db }) => {
  const [one] = [...new SeriesTable(storedSeries(db), SERIES).all()];
  if (one === undefined) throw new Error('there is no series');
  const reader = new HistoryReader(db, { of: () => [] });
  return measure(1, () => {
    let sum = 0;
    for (const { times } of reader.readings(one, { from: START, to: START + HOUR_MS })) sum += times.length;
    return sum;
  });
});

const readingRows = filled('history/read-rows', fillRows, ({ db }) =>
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

const minutes = filled('history/minutes', fillHistory, ({ db }) => {
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

const minutesRows = filled('history/minutes-rows', fillRows, ({ db }) =>
  measure(
    1,
    () =>
      db.all(
        'SELECT series, time / 60000 AS minute, min(value), max(value), avg(value) FROM readings GROUP BY 1, 2',
      ).length,
  ),
);

const ROWS = 'rows in SQLite';

export const historyBenchmarks: Group = {
  name: 'history',
  title: 'History',
  rows: [
    {
      what: '100 sensors, one reading a second, an hour: kept of each reading, rollups included',
      benchmark: kept('history/kept', fillHistory),
      unit: 'bytes',
      reference: { name: ROWS, benchmark: kept('history/kept-rows', fillRows), compare: 'ratio' },
      target: { bound: 'at most', value: 1.4, of: 'measured' },
    },
    {
      what: 'the same: written to the disk for each, beside the journal',
      benchmark: written('history/written', fillHistory),
      unit: 'bytes',
      reference: { name: ROWS, benchmark: written('history/written-rows', fillRows), compare: 'ratio' },
      target: { bound: 'at most', value: 40, of: 'measured' },
    },
    {
      what: 'the same: to make and store chunks and rollups, for each',
      benchmark: filling('history/seal', fillHistory),
      unit: 'ns',
      reference: { name: ROWS, benchmark: filling('history/seal-rows', fillRows), compare: 'ratio' },
      target: { bound: 'at most', value: 1_500, of: 'measured' },
    },
    {
      what: 'read an hour of one sensor',
      benchmark: reading,
      unit: 'ms',
      basis: 'wall',
      reference: { name: ROWS, benchmark: readingRows, compare: 'ratio' },
      target: { bound: 'at most', value: 20, of: 'measured' },
    },
    {
      what: 'the minutes of an hour of all sensors',
      benchmark: minutes,
      unit: 'ms',
      basis: 'wall',
      reference: { name: ROWS, benchmark: minutesRows, compare: 'ratio' },
      target: { bound: 'at most', value: 1, of: 'ratio' },
    },
  ],
};
