import type { JournalRecord } from '../storage/journal-record.js';
import type { PlacedRecords } from '../storage/page-records.js';
import { type ChunkRow, chunkRow } from './chunk-table.js';
import { type HistorySettings, sealerSettings } from './history-settings.js';
import { type MinuteSummaries, minuteSummaries } from './minute-summaries.js';
import type { ClockOffset, Offsets } from './offset-table.js';
import type { OpenSeries, StoredSeries } from './open-series.js';
import { type Readings, spanOf } from './readings.js';
import { Sealer } from './sealer.js';
import type { SeriesTable } from './series-table.js';

/** Readings that make a chunk which is not stored yet. */
export interface SealedChunk {
  readonly series: StoredSeries;
  readonly readings: Readings;
  /** Made when it is stored: hundreds may be due at once, and packing each takes some tenths of a ms. */
  readonly chunk: () => ChunkRow;
  readonly minutes: () => MinuteSummaries;
}

/** What the journal has led to and is not stored yet. */
export interface Folded {
  readonly chunks: readonly SealedChunk[];
  readonly offsets: readonly ClockOffset[];
  /** The row of the journal to begin with once all this is stored: no reading before it is in no chunk. */
  readonly resume: number;
}

export interface HistoryFoldOptions {
  readonly settings: HistorySettings;
  readonly series: SeriesTable;
  readonly offsets: Offsets;
  /** The row of the journal to begin with. */
  readonly resume: number;
}

/** A fifth of a ms of work, if each is of a series that is new. */
const RECORDS_A_STEP = 8;

/** Makes history of the journal: the same of the same records, wherever it was interrupted. */
export class HistoryFold {
  readonly series: SeriesTable;
  readonly offsets: Offsets;
  readonly #sealer: Sealer;
  #chunks: SealedChunk[] = [];
  #newOffsets: ClockOffset[] = [];
  /** The first row that was not folded. */
  #next: number;

  constructor({ settings, series, offsets, resume }: HistoryFoldOptions) {
    this.series = series;
    this.offsets = offsets;
    this.#next = resume;
    this.#sealer = new Sealer({
      ...sealerSettings(settings),
      series: (name) => series.take(name),
      seal: (one) => this.#seal(one),
    });
  }

  /** Engine time of the last record; `-Infinity`: there was none. */
  get time(): number {
    return this.#sealer.time;
  }

  /** Values that found no room, because there are too many series. */
  get refused(): number {
    return this.#sealer.refused;
  }

  /** The first row that was not folded. */
  get next(): number {
    return this.#next;
  }

  add(rows: Iterable<PlacedRecords>): void {
    for (const _ of this.steps(rows)) {
    }
  }

  /** Adds them a few records at a time, so that whoever steps through can look at the clock in between. */
  *steps(rows: Iterable<PlacedRecords>): Generator<void> {
    for (const { row, seq, records } of rows) {
      for (const [index, record] of records.entries()) {
        if (index % RECORDS_A_STEP === RECORDS_A_STEP - 1) yield;
        this.#record(record, seq + index, row);
      }
      this.#next = row + 1;
      yield;
    }
  }

  #record(record: JournalRecord, seq: number, row: number): void {
    if (record.kind === 'offset' && this.offsets.add(record.time, record.offset)) {
      this.#newOffsets.push({ time: record.time, offset: record.offset });
    }
    this.#sealer.record(record, seq, row);
  }

  /** Everything that is held open becomes chunks: what follows does not follow on it. */
  sealAll(): void {
    this.#sealer.sealAll();
  }

  /** Nothing is kept of this topic any more: should it come again, it is found anew. */
  forget(topic: string): void {
    this.#sealer.forget(topic);
  }

  /** What was made since the last call. */
  take(): Folded {
    const taken = { chunks: this.#chunks, offsets: this.#newOffsets, resume: this.#resume() };
    this.#chunks = [];
    this.#newOffsets = [];
    return taken;
  }

  #resume(): number {
    let resume = this.#next;
    for (const { firstRow } of this.#sealer.open) resume = Math.min(resume, firstRow);
    return resume;
  }

  #seal(series: OpenSeries): void {
    // They stay as they are: the series goes on with others.
    const { id, topic, field, kind, span, lastSeq, readings } = series;
    series.span = Math.max(span, spanOf(readings));
    this.#chunks.push({
      series: { id, topic, field, kind, span: series.span, sealedSeq: lastSeq },
      readings,
      chunk: () => chunkRow({ id, lastSeq, readings }),
      minutes: () => minuteSummaries(readings),
    });
  }
}
