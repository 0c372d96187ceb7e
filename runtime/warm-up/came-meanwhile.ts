import { journalLine } from '../replay/journal-line.js';
import type { JournalRecord } from '../storage/journal-record.js';
import type { PastInputs } from './past-inputs.js';

/** The most that is remembered: beyond it the oldest is forgotten, as the journal has it too. */
const LENGTH_MAX = 16 * 1024 * 1024;

interface Line {
  readonly seq: number;
  readonly line: string;
}

/** What came in while rules were warmed up, and concerns them, as lines of an exported journal. */
export class CameMeanwhile {
  readonly #inputs: PastInputs;
  #lines: Line[] = [];
  /** Of the lines, in characters. */
  #length = 0;
  /** The number of the last record that is not remembered any more. */
  #forgotten: number;

  /** @param after the number of the last record before the first that is taken */
  constructor(inputs: PastInputs, after: number) {
    this.#inputs = inputs;
    this.#forgotten = after;
  }

  take(record: JournalRecord, seq: number): void {
    if (!this.#inputs.concerns(record)) return;
    const line = journalLine(record);
    this.#lines.push({ seq, line });
    this.#length += line.length;
    if (this.#length > LENGTH_MAX) this.#forgetHalf();
  }

  /** The lines after this record, and their length; `null`: some of them are forgotten. */
  since(seq: number): { readonly lines: readonly string[]; readonly length: number } | null {
    if (seq < this.#forgotten) return null;
    const lines = this.#lines.filter((one) => one.seq > seq).map(({ line }) => line);
    return { lines, length: lines.reduce((sum, line) => sum + line.length, 0) };
  }

  #forgetHalf(): void {
    const half = Math.ceil(this.#lines.length / 2);
    this.#forgotten = this.#lines[half - 1]?.seq ?? this.#forgotten;
    this.#lines = this.#lines.slice(half);
    this.#length = this.#lines.reduce((sum, { line }) => sum + line.length, 0);
  }
}
