import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue, Scalar } from '../../../rules/reading.js';
import { HistoryReader } from '../../../runtime/history/history-reader.js';
import type { HistorySettings } from '../../../runtime/history/history-settings.js';
import { HistoryStore, type HistoryStoreOptions } from '../../../runtime/history/history-store.js';
import type { SeriesName } from '../../../runtime/history/open-series.js';
import { unstoredReadings } from '../../../runtime/history/unstored-readings.js';
import type { JournalMessage } from '../../../runtime/storage/journal-record.js';

export const DAY = 86_400_000;
const GIB = 2 ** 30;

export const KEEP_ALL: HistorySettings = {
  topics: ['#'],
  timeFields: [],
  keepMs: 30 * DAY,
  rollupMs: { minute: 365 * DAY, hour: 365 * DAY },
  bytesMax: 4 * GIB,
  seriesMax: 20_000,
};

/** A message that was measured `ageMs` before it arrived. */
export function measured(
  topic: string,
  payload: JsonValue,
  arrival: number,
  { ageMs = 0, isRetained = false }: { ageMs?: number; isRetained?: boolean } = {},
): JournalMessage {
  return {
    kind: 'message',
    message: {
      topic,
      payload,
      time: arrival - ageMs,
      arrival,
      ...(isRetained ? { retain: true } : {}),
    },
    // JSON.stringify makes 0 of it; printf in a sensor does not.
    bytes: Buffer.from(Object.is(payload, -0) ? '-0' : JSON.stringify(payload)),
    format: 'json',
    sender: 'press-1',
    packetId: null,
    fingerprint: 0,
    hasOwnTime: ageMs > 0,
  };
}

/** Times and values as a text, which is quick to compare: `1772197043174=-0 1772203968163="on"`. */
export type Kept = string;

function keptText(readings: readonly (readonly [time: number, value: Scalar])[]): Kept {
  // Two numbers with the same text are the same, but for −0.
  return readings
    .map(([time, value]) => `${time}=${Object.is(value, -0) ? '-0' : JSON.stringify(value)}`)
    .join(' ');
}

/** A history store that can be killed at any moment. */
export class TestedHistory {
  readonly #folder: string;
  readonly #settings: HistorySettings;
  readonly #options: HistoryStoreOptions;
  store: HistoryStore;
  readonly said: string[] = [];
  #log = { salts: '', frames: 0, synced: 0 };
  released = 0;

  constructor(folder: string, settings: HistorySettings = KEEP_ALL, options: HistoryStoreOptions = {}) {
    this.#folder = folder;
    this.#settings = settings;
    this.#options = { freeBytes: () => GIB, ...options };
    this.store = this.#open();
  }

  get path(): string {
    return join(this.#folder, 'history.db');
  }

  /** One piece of work. @returns whether there is more */
  work(): boolean {
    const { hasMore, problems, released } = this.store.work();
    this.said.push(...problems);
    this.released = released;
    return hasMore;
  }

  workOff(): void {
    while (this.work()) {}
  }

  /** Until all that is kept was looked through for damage, and what was found is repaired. */
  lookThrough(): void {
    do this.workOff();
    while (!this.store.isLookedThrough);
  }

  /** What was written to the file stays, and nothing is done any more. */
  kill(): void {
    this.#noteSynced();
    this.#leave();
    this.store = this.#open();
  }

  /**
   * As `kill`, and what was not synced is lost: the log from anywhere on behind what was brought into the file, before
   * which SQLite syncs it.
   */
  cutPower(random: () => number): void {
    this.#noteSynced();
    this.#leave();
    const { frames, synced } = this.#log;
    const kept = synced + Math.floor(random() * (frames - synced + 1));
    if (frames > 0) truncateSync(`${this.path}-wal`, LOG_HEADER_BYTES + kept * FRAME_BYTES);
    this.store = this.#open();
  }

  /** Frames that were brought into the file are synced, whoever opens the log again. Each log has salts of its own. */
  #noteSynced(): void {
    const { log, checkpointed } = this.store.db.get<{ log: number; checkpointed: number }>(
      'PRAGMA wal_checkpoint(NOOP)',
    ) ?? { log: 0, checkpointed: 0 };
    const salts = existsSync(`${this.path}-wal`)
      ? readFileSync(`${this.path}-wal`).toString('hex', 16, 24)
      : '';
    const before = salts === this.#log.salts ? this.#log.synced : 0;
    this.#log = { salts, frames: Math.max(0, log), synced: Math.max(0, before, checkpointed) };
  }

  /** All readings of all series, by topic, field and kind. */
  everything(): Map<string, Kept> {
    const { fold, chunks, db } = this.store;
    this.store.catchUp();
    const reader = new HistoryReader(db, unstoredReadings(chunks));
    const all = new Map<string, Kept>();
    for (const series of fold.series.all()) {
      const kept: [number, Scalar][] = [];
      for (const { kind, times, values } of reader.readings(series, { from: -Infinity, to: Infinity })) {
        for (const [index, time] of times.entries()) {
          const value = values[index] ?? 0;
          kept.push([time, kind === 'boolean' ? value === 1 : value]);
        }
      }
      if (kept.length > 0) all.set(keyOf(series), keptText(kept));
    }
    return all;
  }

  /** Which chunks there are: equal only if all that is stored is. */
  chunkKeys(): unknown[] {
    return this.store.db.all(
      'SELECT series, first_time, number, count, crc FROM chunks ORDER BY series, first_time, number',
    );
  }

  rollupKeys(): unknown[] {
    return this.store.db.all('SELECT series, hour, count, min, max, crc FROM rollups ORDER BY series, hour');
  }

  close(): void {
    this.store.close();
  }

  #open(): HistoryStore {
    return new HistoryStore(this.#folder, this.#settings, this.#options);
  }

  /** Closing brings the log into the file, which a kill does not. */
  #leave(): void {
    const files = [this.path, `${this.path}-wal`].filter((file) => existsSync(file));
    for (const file of files) copyFileSync(file, `${file}.kept`);
    this.store.close();
    rmSync(`${this.path}-wal`, { force: true });
    for (const file of files) copyFileSync(`${file}.kept`, file);
  }
}

/** Of SQLite's write-ahead log (sqlite.org/walformat.html). */
const LOG_HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 8_192;

export function keyOf({ topic, field, kind }: SeriesName): string {
  return `${topic} ${field} ${kind}`;
}

/** What history should be: every reading, by time and then arrival. */
export class NaiveHistory {
  readonly #series = new Map<string, [number, Scalar][]>();

  add({ message }: JournalMessage): void {
    if (message.retain === true) return;
    for (const [field, value] of leavesOf(message.payload, '')) {
      const kind = typeof value === 'string' ? 'text' : typeof value;
      const key = `${message.topic} ${field} ${kind}`;
      const readings = this.#series.get(key) ?? [];
      readings.push([message.time, value]);
      this.#series.set(key, readings);
    }
  }

  everything(): Map<string, Kept> {
    return new Map(
      [...this.#series].map(([key, readings]) => [key, keptText(readings.toSorted(([a], [b]) => a - b))]),
    );
  }
}

function leavesOf(payload: JsonValue, path: string): [string, Scalar][] {
  if (payload === null) return [];
  if (typeof payload !== 'object') return [[path === '' ? 'value' : path, payload]];
  return Object.entries(payload).flatMap(([key, value]) =>
    leavesOf(value, path === '' ? key : `${path}.${key}`),
  );
}
