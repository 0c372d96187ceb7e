import { type CsvError, Parser } from 'csv-parse';
import { narrowRows, type RowReader, wideRows } from './csv-rows.js';
import {
  type RecordedMessage,
  type Recording,
  type RecordingProblem,
  UnreadableRecording,
} from './recorded-message.js';

/** A record far above any sensible row is a quote that was never closed; it would be held in memory whole. */
const RECORD_BYTES_MAX = 1024 * 1024;

export interface CsvOptions {
  /**
   * Wide files, a column per measured value: the topic of a row, in which `{column}` stands for the name of a value
   * column and any other `{name}` for the row's cell in that column. Without `{column}` a row is one message, an object
   * of its value columns. `null`: narrow files, with the columns `topic` and `payload`.
   */
  readonly topic: string | null;
  readonly timeColumn: string;
}

/**
 * Reads a CSV recording; the first line names the columns, which are separated by comma, semicolon or tab.
 *
 * @param problem called for each record that is no message, before the messages after it are given
 * @throws {UnreadableRecording} the columns do not fit the options
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  options: CsvOptions,
  problem: (problem: RecordingProblem) => void,
): Recording {
  const table = new TableReader(options, problem);
  let parser: Parser | null = null;
  for await (const chunk of chunks) {
    parser ??= parserFor(chunk, table, problem);
    await write(parser, chunk);
    yield table.take();
  }
  if (parser === null)
    throw new UnreadableRecording('the file is empty: its first line must name the columns');
  await end(parser);
  yield table.take();
}

/** Takes records as the parser finds them; holds the messages until they are taken. */
class TableReader {
  readonly #options: CsvOptions;
  readonly #problem: (problem: RecordingProblem) => void;
  #rows: RowReader | null = null;
  #columns = 0;
  #failure: unknown = null;
  #messages: RecordedMessage[] = [];

  constructor(options: CsvOptions, problem: (problem: RecordingProblem) => void) {
    this.#options = options;
    this.#problem = problem;
  }

  get hasHeader(): boolean {
    return this.#rows !== null;
  }

  record(cells: readonly string[], line: number): void {
    if (this.#rows === null) {
      this.#header(cells);
    } else if (cells.length !== this.#columns) {
      this.#problem({ line, message: `${cells.length} cells where the header has ${this.#columns} columns` });
    } else {
      const message = this.#rows(cells, this.#messages);
      if (message !== null) this.#problem({ line, message });
    }
  }

  /** A throw would go through the parser's stream and come out as an event: it waits for `take`. */
  #header(cells: readonly string[]): void {
    this.#columns = cells.length;
    try {
      this.#rows = rowsFor(cells, this.#options);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  take(): readonly RecordedMessage[] {
    if (this.#failure !== null) throw this.#failure;
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }
}

function rowsFor(cells: readonly string[], options: CsvOptions): RowReader {
  const header = cells.map((cell) => cell.trim());
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new UnreadableRecording(`two columns are named '${twice}'`);
  return options.topic === null
    ? narrowRows(header, options.timeColumn)
    : wideRows(header, options.topic, options.timeColumn);
}

function parserFor(start: Buffer, table: TableReader, problem: (problem: RecordingProblem) => void): Parser {
  const parser = new Parser({
    bom: true,
    delimiter: delimiterOf(start),
    relax_column_count: true,
    // A stray quote would otherwise cost the records after it too; and unquoted JSON payloads stay readable.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: RECORD_BYTES_MAX,
    on_record: (cells: string[], context) => {
      table.record(cells, context.lines);
      return null; // nothing goes on through the parser's own stream: a record costs no event
    },
    on_skip: (error: CsvError | undefined) => {
      problem({ line: Number(error?.['lines'] ?? 0), message: describe(error) });
      return undefined;
    },
  });
  parser.resume();
  return parser;
}

/** The separator that the header has most of. */
function delimiterOf(start: Buffer): string {
  const header = start.toString('utf8').split('\n', 1)[0] ?? '';
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function describe(error: CsvError | undefined): string {
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed';
  if (error?.code === 'CSV_MAX_RECORD_SIZE') return 'a record of more than 1 MB: is a quote not closed?';
  return error?.message ?? 'not readable';
}

/** The parser works a chunk off before it calls back. */
function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve) => {
    parser.end(() => resolve());
  });
}
