import type { SourceFile } from '../../rules/format/document.js';
import type { JournalPage } from './journal-pages.js';
import { readJournalRow } from './journal-reader.js';
import type { JournalRecord } from './journal-record.js';

/** Takes pages of the journal apart, one after the other in order. */
export class PageRecords {
  readonly #topics = new Map<number, string>();
  readonly #plans = new Map<string, readonly SourceFile[]>();
  readonly #after: number;
  readonly #problem: (text: string) => void;

  /**
   * @param after the seq of the record before the first one wanted
   * @param problem told of rows that cannot be read: a line for people
   */
  constructor(after: number, problem: (text: string) => void) {
    this.#after = after;
    this.#problem = problem;
  }

  /** The records row by row. */
  *records(page: JournalPage): Generator<readonly JournalRecord[]> {
    for (const [number, topic] of page.topics) this.#topics.set(number, topic);
    for (const [hash, files] of page.plans) this.#plans.set(hash, files);
    for (const text of page.problems) this.#problem(text);
    for (const row of page.rows) {
      const last = row.seq + row.count - 1;
      if (row.count === 0 || last <= this.#after) continue;
      const records = this.#row(page, row);
      if (records === null) continue;
      yield row.seq > this.#after ? records : records.slice(this.#after + 1 - row.seq);
    }
  }

  #row(page: JournalPage, row: JournalPage['rows'][number]): JournalRecord[] | null {
    const { firstTime, count, generation, start, end } = row;
    try {
      return readJournalRow({
        firstTime,
        count,
        bytes: page.bytes.subarray(start, end),
        topic: (place) => this.#topics.get(generation + place),
        plan: (hash) => this.#plans.get(hash),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#problem(`${count} messages from ${new Date(firstTime).toISOString()} cannot be read: ${reason}`);
      return null;
    }
  }
}
