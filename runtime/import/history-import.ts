import { join } from 'node:path';
import type { Scalar } from '../../rules/reading.js';
import { DAY_MS } from '../history/chunk-table.js';
import { HISTORY_FILE, openHistoryDatabase } from '../history/history-database.js';
import type { SealedChunk } from '../history/history-fold.js';
import { type HistorySettings, sealerSettings } from '../history/history-settings.js';
import { Leaf } from '../history/leaf.js';
import { type ClockOffset, Offsets, putOffset } from '../history/offset-table.js';
import type { OpenSeries, SeriesName } from '../history/open-series.js';
import { PayloadLeaves } from '../history/payload-leaves.js';
import { summaryOf } from '../history/readings.js';
import { SeriesTable, storedSeries } from '../history/series-table.js';
import { storeChunks } from '../history/store-chunks.js';
import { StoredHistory } from '../history/stored-history.js';
import { TimeFields } from '../history/time-fields.js';
import type { RecordedMessage } from '../replay/recorded-message.js';
import type { Database } from '../storage/database.js';
import { importedChunks } from './imported-chunks.js';
import { newReadings } from './new-readings.js';

export interface HistoryImportOptions {
  readonly dataFolder: string;
  readonly settings: HistorySettings;
  /** What is read, by which it is known when it is read again after a kill; `null`: it cannot be read again. */
  readonly source: string | null;
  /** The time on the wall, epoch ms. */
  readonly now: number;
  /** Only readings from this time on, and up to that one; epoch ms on the wall. */
  readonly from: number | null;
  readonly to: number | null;
}

/** What became of readings; of retained messages, whose time nobody knows, how many there were. */
export interface ImportCounts {
  added: number;
  known: number;
  /** Older than they are kept, newer than now, beyond the range that was asked for. */
  tooOld: number;
  tooNew: number;
  outside: number;
  /** Found no room, because there are too many series. */
  refused: number;
  retained: number;
}

/** So many readings are held at most, at 16 bytes each and as much again for growth; then they are stored. */
const HELD_MAX = 1_000_000;
/** So many chunks are stored at once: the service waits for no longer than that takes. */
const CHUNKS_AT_A_TIME = 32;

/**
 * Adds readings to history beside the service, which goes on, or without it. Readings that are there already are not added
 * again, so that whoever was interrupted may begin anew; how far it was is stored with what was read by then.
 */
export class HistoryImport {
  readonly #options: HistoryImportOptions;
  readonly #db: Database;
  readonly #series: SeriesTable;
  readonly #offsets: Offsets;
  readonly #topics = new Map<string, PayloadLeaves<Leaf>>();
  readonly #timeFields: TimeFields;
  readonly #held = new Set<OpenSeries>();
  /** The first ms of the oldest day that is kept. */
  readonly #oldest: number;
  /** Messages so far; of them those that were read before it was interrupted. */
  #messages = 0;
  readonly #skipped: number;
  #readings = 0;
  readonly counts: ImportCounts = {
    added: 0,
    known: 0,
    tooOld: 0,
    tooNew: 0,
    outside: 0,
    refused: 0,
    retained: 0,
  };

  /** @throws what SQLite throws */
  constructor(options: HistoryImportOptions) {
    const { dataFolder, settings, now } = options;
    this.#options = options;
    this.#db = openHistoryDatabase(join(dataFolder, HISTORY_FILE));
    this.#series = new SeriesTable(storedSeries(this.#db), settings.seriesMax);
    this.#offsets = knownOffsets(this.#db, options);
    this.#timeFields = new TimeFields(sealerSettings(settings).timeFields);
    this.#oldest = Math.floor((this.#offsets.engineTime(now) - settings.keepMs) / DAY_MS) * DAY_MS;
    this.#skipped = this.#storedProgress();
  }

  /** Messages at the beginning that need not be read again. */
  get skipped(): number {
    return this.#skipped;
  }

  add(message: RecordedMessage): void {
    this.#messages += 1;
    if (this.#messages <= this.#skipped) return;
    if (message.retain === true) {
      this.counts.retained += 1;
      return;
    }
    const leaves = this.#topics.get(message.topic) ?? this.#leavesOf(message.topic);
    leaves.read(message.payload, (leaf, value) => this.#reading(message, leaf, value));
    if (this.#readings >= HELD_MAX) this.flush();
  }

  /** Stores what is held, and how far it is. */
  flush(): void {
    const history = StoredHistory.open(this.#options.dataFolder, this.#options.settings);
    try {
      for (const series of this.#held) this.#store(this.#chunksOf(series, history));
    } finally {
      history.close();
    }
    this.#held.clear();
    this.#readings = 0;
    this.#noteProgress(this.#messages);
    this.#db.get('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** All was read. */
  finish(): void {
    this.flush();
    this.#noteProgress(null);
  }

  close(): void {
    this.#db.close();
  }

  #leavesOf(topic: string): PayloadLeaves<Leaf> {
    const series = (name: SeriesName) => this.#series.take(name);
    const leaves = new PayloadLeaves(
      (field) => new Leaf({ topic, field }, series),
      this.#timeFields.of(topic),
    );
    this.#topics.set(topic, leaves);
    return leaves;
  }

  #reading(message: RecordedMessage, leaf: Leaf, value: Scalar): void {
    const { now, from, to } = this.#options;
    const { counts } = this;
    const time = this.#offsets.engineTime(message.time);
    if ((from !== null && message.time < from) || (to !== null && message.time > to)) counts.outside += 1;
    else if (message.time > now) counts.tooNew += 1;
    else if (time < this.#oldest) counts.tooOld += 1;
    else this.#hold(leaf.of(value), time, value);
  }

  #hold(series: OpenSeries | null, time: number, value: Scalar): void {
    if (series === null) {
      this.counts.refused += 1;
      return;
    }
    const before = series.count;
    // Of two leaves of one message with one name the last counts.
    const place = { seq: this.#messages, row: 0, arrival: time };
    series.add(time, typeof value === 'boolean' ? Number(value) : value, place);
    this.#readings += series.count - before;
    this.#held.add(series);
  }

  /** Of what is held of a series and is not there yet; it is held no longer. */
  *#chunksOf(series: OpenSeries, history: StoredHistory): Generator<SealedChunk> {
    const { count, readings } = series;
    const { firstTime, lastTime } = summaryOf(readings);
    const stored = history.find(series);
    const known = stored === undefined ? [] : history.readings(stored, { from: firstTime, to: lastTime });
    const added = newReadings(readings, known);
    this.counts.added += added.times.length;
    this.counts.known += count - added.times.length;
    yield* importedChunks(series, added);
    series.clear();
  }

  #store(chunks: Iterable<SealedChunk>): void {
    let waiting: SealedChunk[] = [];
    const store = () => {
      const together = waiting;
      waiting = [];
      if (together.length > 0) this.#db.transaction(() => storeChunks(this.#db, together));
    };
    for (const chunk of chunks) {
      waiting.push(chunk);
      if (waiting.length === CHUNKS_AT_A_TIME) store();
    }
    store();
  }

  #storedProgress(): number {
    const { source } = this.#options;
    if (source === null) return 0;
    const row = this.#db.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', keyOf(source));
    return Number(row?.value ?? 0);
  }

  /** `null`: nothing is left to do. */
  #noteProgress(messages: number | null): void {
    const { source } = this.#options;
    if (source === null) return;
    if (messages === null) this.#db.run('DELETE FROM meta WHERE key = ?', keyOf(source));
    else {
      this.#db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', keyOf(source), String(messages));
    }
  }
}

const keyOf = (source: string) => `import ${source}`;

/**
 * How far the clock on the wall was from that of the engine, as the journal says too. Where no engine has run there was no
 * difference: that is noted, as else the first that is known would count for what was before.
 */
function knownOffsets(
  db: Database,
  { dataFolder, settings }: Pick<HistoryImportOptions, 'dataFolder' | 'settings'>,
): Offsets {
  const history = StoredHistory.open(dataFolder, settings);
  const { offsets } = history;
  history.close();
  if (!offsets.isEmpty) return offsets;
  putOffset(db, NO_OFFSET);
  return new Offsets([NO_OFFSET]);
}

const NO_OFFSET: ClockOffset = { time: 0, offset: 0 };
