import { parseMessageLine } from './message-line.js';
import type { RecordedMessage, Recording, RecordingProblem } from './recorded-message.js';

/** Makes of a line what it says, or a text that says what is wrong with it. */
export type ParseLine<T> = (line: string) => T | string;

const NEWLINE = 10;
/** Far above any sensible message; a longer line is a file of another kind, and would be held in memory whole. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** Reads an NDJSON recording of messages. */
export function readNdjson(
  chunks: AsyncIterable<Buffer>,
  problem: (problem: RecordingProblem) => void,
): Recording {
  return readLines<RecordedMessage>(chunks, parseMessageLine, problem);
}

/**
 * Reads lines of JSON. Whole chunks are decoded and split at once, without a promise per line: half a million short
 * messages a second.
 *
 * @param problem called for each line that cannot be read, before what the lines after it say is given
 */
export async function* readLines<T extends object>(
  chunks: AsyncIterable<Buffer>,
  parse: ParseLine<T>,
  problem: (problem: RecordingProblem) => void,
): AsyncGenerator<readonly T[], void, void> {
  const lines = new LineReader(parse, problem);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    if (rest.length > LINE_BYTES_MAX) {
      lines.read(bytes.subarray(0, end));
      problem({ line: lines.next, message: 'the line is longer than 16 MB: is this an NDJSON file?' });
      return;
    }
    if (end > 0) yield lines.read(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield lines.read(rest);
}

/** Turns blocks of whole lines into what they say and counts the lines. */
class LineReader<T extends object> {
  /** Number of the line that comes next. */
  next = 1;
  readonly #strictUtf8 = new TextDecoder('utf-8', { fatal: true });
  readonly #parse: ParseLine<T>;
  readonly #problem: (problem: RecordingProblem) => void;

  constructor(parse: ParseLine<T>, problem: (problem: RecordingProblem) => void) {
    this.#parse = parse;
    this.#problem = problem;
  }

  read(block: Buffer): T[] {
    const found: T[] = [];
    let text: string;
    try {
      text = this.#strictUtf8.decode(block);
    } catch {
      this.#readDamaged(block, found);
      return found;
    }
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf('\n', from);
      const to = newline < 0 ? text.length : newline;
      this.#line(text.slice(from, to), found);
      from = to + 1;
    }
    return found;
  }

  /** Somewhere in the block is a line that is not UTF-8: each is decoded by itself, and only the bad ones are lost. */
  #readDamaged(block: Buffer, found: T[]): void {
    for (let from = 0; from < block.length; ) {
      const newline = block.indexOf(NEWLINE, from);
      const to = newline < 0 ? block.length : newline;
      const line = this.#decodeLine(block.subarray(from, to));
      if (line !== null) this.#line(line, found);
      from = to + 1;
    }
  }

  #decodeLine(bytes: Buffer): string | null {
    try {
      return this.#strictUtf8.decode(bytes);
    } catch {
      this.#problem({ line: this.next, message: 'not UTF-8' });
      this.next += 1;
      return null;
    }
  }

  #line(line: string, found: T[]): void {
    const number = this.next;
    this.next += 1;
    if (line.trim() === '') return;
    const read = this.#parse(line);
    if (typeof read === 'string') this.#problem({ line: number, message: read });
    else found.push(read);
  }
}
