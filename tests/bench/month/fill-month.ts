import { chunkRow } from '../../../runtime/history/chunk-table.js';
import { openHistoryDatabase } from '../../../runtime/history/history-database.js';
import type { SealedChunk } from '../../../runtime/history/history-fold.js';
import { minuteSummaries } from '../../../runtime/history/minute-summaries.js';
import type { OpenSeries } from '../../../runtime/history/open-series.js';
import { spanOf } from '../../../runtime/history/readings.js';
import { SeriesTable } from '../../../runtime/history/series-table.js';
import { storeChunks } from '../../../runtime/history/store-chunks.js';
import { Database } from '../../../runtime/storage/database.js';
import { seededRandom } from '../../seeded-random.js';
import { machineTopics } from '../message-stream.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SERIES = 1_000;
const EVERY_MS = 10_000;
const TIMES_AN_HOUR = HOUR_MS / EVERY_MS;
/** The first ms of the month; nothing depends on it. */
export const MONTH_START = Date.UTC(2026, 0, 5);

export interface MonthSize {
  readonly days: number;
  /** Told how many hours are done. */
  readonly progress: (hours: number) => void;
}

/** Sensors that wander by tenths and send a few ms early or late, each its own way; the same in every run. */
class Sensors {
  readonly #random = seededRandom(1);
  readonly #values = new Float64Array(SERIES).fill(600);

  /** The next of one of them, in tenths. */
  next(series: number): number {
    const value = (this.#values[series] ?? 0) + Math.round(10 * (this.#random() - 0.5));
    this.#values[series] = value;
    return value;
  }

  /** When it comes: each has its place within the ten seconds. */
  time(series: number, start: number): number {
    return start + Math.floor(EVERY_MS * (series / SERIES)) + Math.floor(7 * this.#random());
  }
}

/**
 * A month of a thousand sensors, as the history worker leaves it: a chunk of each hour, in the order of the hours. What it
 * does with the journal is left out; a chunk is made, and stored with its minutes, as it does it.
 *
 * @returns how many readings there are
 */
export function fillMonth(path: string, { days, progress }: MonthSize): number {
  const db = openHistoryDatabase(path);
  db.execute('PRAGMA synchronous = OFF');
  const table = new SeriesTable([], SERIES);
  const all = machineTopics(SERIES, 'temperature').map((topic) =>
    table.take({ topic, field: 'value', kind: 'number' }),
  );
  const sensors = new Sensors();
  let seq = 0;
  for (let hour = 0; hour < 24 * days; hour++) {
    let waiting: SealedChunk[] = [];
    for (const [index, series] of all.entries()) {
      if (series === null) throw new Error('there is no room for a series');
      for (let at = 0; at < TIMES_AN_HOUR; at++) {
        const time = sensors.time(index, MONTH_START + hour * HOUR_MS + at * EVERY_MS);
        series.add(time, sensors.next(index) / 10, { seq: ++seq, row: 0, arrival: time });
      }
      waiting.push(sealed(series));
      if (waiting.length < 32 && index < SERIES - 1) continue;
      const together = waiting;
      db.transaction(() => storeChunks(db, together));
      waiting = [];
    }
    db.get('PRAGMA wal_checkpoint(PASSIVE)');
    progress(hour + 1);
  }
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  return seq;
}

function sealed(series: OpenSeries): SealedChunk {
  const { id, topic, field, kind, lastSeq, readings } = series;
  series.span = Math.max(series.span, spanOf(readings));
  series.clear();
  return {
    series: { id, topic, field, kind, span: series.span, sealedSeq: lastSeq },
    readings,
    chunk: () => chunkRow({ id, lastSeq, readings }),
    minutes: () => minuteSummaries(readings),
  };
}

/** Of the rows that others would keep: all of them for the last day, the whole month for so many. */
export const ROW_SERIES = 10;

/**
 * What anybody would begin with, at its best: rows in the order of their key, written at once. All of the month would be
 * 6.5 GB and take an hour: the last day of all sensors, and the month of a few.
 */
export function fillMonthRows(path: string, days: number): number {
  const db = new Database(path);
  db.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  db.execute(
    'CREATE TABLE readings (series INTEGER, time INTEGER, value REAL, PRIMARY KEY (series, time)) WITHOUT ROWID',
  );
  const sensors = new Sensors();
  let rows = 0;
  for (let series = 0; series < SERIES; series++) {
    const first = series < ROW_SERIES ? 0 : days - 1;
    db.transaction(() => {
      for (let start = first * DAY_MS; start < days * DAY_MS; start += EVERY_MS) {
        const time = sensors.time(series, MONTH_START + start);
        db.run('INSERT INTO readings VALUES (?, ?, ?)', series, time, sensors.next(series) / 10);
        rows += 1;
      }
    });
  }
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  return rows;
}
