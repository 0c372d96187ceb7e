import type { SourceFile } from '../../rules/format/document.js';
import type { JournalPage } from './journal-pages.js';
import { readJournalRow } from './journal-reader.js';
import type { JournalRecord } from './journal-record.js';

type Row = JournalPage['rows'][number];

export interface PlacedRecords {
  readonly row: number;
  readonly seq: number;
  readonly records: readonly JournalRecord[];
}

/** Takes pages of the journal apart, one after the other in order. */
export class PageRecords {
  readonly #topics = new Map<number, string>();
  readonly #plans = new Map<string, readonly SourceFile[]>();
  readonly #after: number;
  readonly #problem: (text: string) => void;
  /** The seq after that of the last row. */
  #next: number;
  /** The number of the first topic of the last page's generation. */
  #generation = 0;

  /**
   * @param after the seq of the record before the first one wanted
   * @param problem told of what cannot be read: a line for people
   */
  constructor(after: number, problem: (text: string) => void) {
    this.#after = after;
    this.#next = after + 1;
    this.#problem = problem;
  }

  /** The records row by row. */
  *records(page: JournalPage): Generator<readonly JournalRecord[]> {
    for (const { records } of this.rows(page)) yield records;
  }

  /** Those that are wanted of each row, with the number of the row and the seq of the first. */
  *rows(page: JournalPage): Generator<PlacedRecords> {
    for (const [number, topic] of page.topics) this.#topics.set(number, topic);
    for (const [hash, files] of page.plans) this.#plans.set(hash, files);
    this.#forget(page.rows[0]?.generation ?? 0);
    for (const row of page.rows) {
      const end = row.seq + row.count;
      if (row.count === 0 || end <= this.#after + 1) continue;
      if (row.seq > this.#next) this.#unreadable(row.seq - this.#next, 'before', row);
      this.#next = end;
      const records = this.#row(page, row);
      if (records === null) this.#unreadable(row.count, 'from', row);
      else if (row.seq > this.#after) yield { row: row.number, seq: row.seq, records };
      else yield { row: row.number, seq: this.#after + 1, records: records.slice(this.#after + 1 - row.seq) };
    }
  }

  /** No row uses topics of an earlier generation any more: who follows a journal for months must not gather them. */
  #forget(generation: number): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    for (const number of this.#topics.keys()) if (number < generation) this.#topics.delete(number);
  }

  #row({ bytes }: JournalPage, { firstTime, count, generation, place }: Row): JournalRecord[] | null {
    if (place === null) return null;
    try {
      return readJournalRow({
        firstTime,
        count,
        bytes: bytes.subarray(place.start, place.end),
        topic: (index) => this.#topics.get(generation + index),
        plan: (hash) => this.#plans.get(hash),
      });
    } catch {
      // The checksum was right, so that something it refers to is missing: nothing else can be made of it.
      return null;
    }
  }

  #unreadable(count: number, where: 'before' | 'from', { firstTime }: Row): void {
    this.#problem(
      `the journal lacks ${count} ${count === 1 ? 'record' : 'records'} ${where} ${timeText(firstTime)}`,
    );
  }
}

/** A damaged row can have any number for a time. */
function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString();
}
