import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistoryDatabase } from '../../runtime/history/history-database.js';
import { HistoryFold } from '../../runtime/history/history-fold.js';
import { Offsets } from '../../runtime/history/offset-table.js';
import { SeriesTable } from '../../runtime/history/series-table.js';
import { storeChunks } from '../../runtime/history/store-chunks.js';
import { Database } from '../../runtime/storage/database.js';
import type { JournalMessage } from '../../runtime/storage/journal-record.js';
import { seededRandom } from '../seeded-random.js';
import { BENCH_FOLDER, type Benchmark, type Sample } from './benchmark.js';
import { machineTopics, START } from './message-stream.js';

/** Of an hour. */
export const SERIES = 100;

export const KEEP_ALL = {
  topics: ['#'],
  timeFields: [],
  keepMs: Number.POSITIVE_INFINITY,
  rollupMs: { minute: Number.POSITIVE_INFINITY, hour: Number.POSITIVE_INFINITY },
  bytesMax: Number.POSITIVE_INFINITY,
  seriesMax: SERIES,
};

/** Sensors that send alike. */
export interface Plant {
  readonly series: number;
  readonly everyMs: number;
  /** How often each has sent by the end. */
  readonly times: number;
  /** Epoch ms; `START` if left out. */
  readonly start?: number;
}

/** An hour of `SERIES` sensors that send every second. */
export const HOUR: Plant = { series: SERIES, everyMs: 1_000, times: 3_600 };
/** Four hours of them: in less the pages that any database has count for a tenth. */
export const SHIFT: Plant = { ...HOUR, times: 4 * 3_600 };
/** A month of ten that send every ten seconds: each has as many readings as one of a thousand would. */
export const MONTH: Plant = { series: 10, everyMs: 10_000, times: 30 * 8_640 };

/** What all sensors send at a time: each wanders by tenths and sends a few ms early or late. */
export function* rounds({
  series: count,
  everyMs,
  times,
  start = START,
}: Plant): Generator<JournalMessage[]> {
  const random = seededRandom(1);
  const topics = machineTopics(count, 'temperature');
  const values = new Float64Array(count).fill(60);
  for (let round = 0; round < times; round++) {
    yield topics.map((topic, series) => {
      const payload = Math.round(10 * (values[series] ?? 0) + 10 * (random() - 0.5)) / 10;
      values[series] = payload;
      const arrival =
        start + everyMs * round + Math.floor(everyMs * (series / count)) + Math.floor(7 * random());
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

export interface Filled {
  readonly db: Database;
  readonly readings: number;
}

/** What the history worker does with what the journal has, without reading it: ten seconds at a time. */
export function fillHistory(path: string, plant: Plant): Filled {
  const db = openHistoryDatabase(path);
  const series = new SeriesTable([], SERIES);
  const fold = new HistoryFold({ settings: KEEP_ALL, series, offsets: new Offsets([]), resume: 1 });
  let row = 1;
  let seq = 1;
  const store = () => db.transaction(() => storeChunks(db, fold.take().chunks));
  for (const records of rounds(plant)) {
    fold.add([{ row, seq, records }]);
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
export function fillRows(path: string, plant: Plant): Filled {
  const db = new Database(path);
  db.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.execute(
    'CREATE TABLE readings (series INTEGER, time INTEGER, value REAL, PRIMARY KEY (series, time)) WITHOUT ROWID',
  );
  let readings = 0;
  for (const records of rounds(plant)) {
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

export type Fill = (path: string, plant: Plant) => Filled;

/** A way to keep readings, and how what was filled is opened again. */
export interface Keeping {
  readonly name: string;
  readonly fill: Fill;
  readonly open: (path: string) => Database;
}

export const HISTORY: Keeping = { name: 'history', fill: fillHistory, open: openHistoryDatabase };
export const ROWS: Keeping = { name: 'rows', fill: fillRows, open: (path) => new Database(path) };

/**
 * Looks at what was filled, and changes nothing. All rounds look at the same files, if there is a folder for them: to fill a
 * month takes a hundred times as long as to read it.
 */
export function filledOnce(
  id: string,
  { name, fill, open }: Keeping,
  sampleOf: (filled: Filled, path: string) => Sample,
  plant: Plant = HOUR,
): Benchmark {
  return {
    id,
    run(scale) {
      const shared = process.env[BENCH_FOLDER];
      const folder = shared ?? mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
      try {
        const times = Math.max(2, Math.ceil(plant.times * scale));
        const path = join(folder, `${name}-${plant.series}-${plant.everyMs}-${times}.db`);
        if (!existsSync(path)) {
          fill(`${path}.begun`, { ...plant, times }).db.close();
          renameSync(`${path}.begun`, path);
        }
        const db = open(path);
        const sample = sampleOf({ db, readings: plant.series * times }, path);
        db.close();
        return sample;
      } finally {
        if (shared === undefined) rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

export function filled(
  id: string,
  fill: Fill,
  sampleOf: (filled: Filled, path: string) => Sample,
  plant: Plant = HOUR,
): Benchmark {
  return {
    id,
    run(scale) {
      const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
      try {
        const path = join(folder, 'readings.db');
        const full = fill(path, { ...plant, times: Math.max(2, Math.ceil(plant.times * scale)) });
        const sample = sampleOf(full, path);
        full.db.close();
        return sample;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
