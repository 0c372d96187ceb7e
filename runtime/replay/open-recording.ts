import { createReadStream } from 'node:fs';
import { readCsv } from './csv.js';
import { readNdjson } from './ndjson.js';
import type { Recording, RecordingProblem } from './recorded-message.js';

/** Large enough that the work per chunk is small beside the work per message. */
export const CHUNK_BYTES = 256 * 1024;

export interface RecordingOptions {
  /** A file; what ends in `.csv` is read as CSV, all else as NDJSON. Or a stream of NDJSON. */
  readonly source: string | AsyncIterable<Buffer>;
  /** CSV only: the topic of a row of a wide file, `null` for a narrow one. */
  readonly topic: string | null;
  /** CSV only. */
  readonly timeColumn: string;
  /** Called for each line that is no message. */
  readonly problem: (problem: RecordingProblem) => void;
  /** Of a file: told how many bytes were read so far. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Opens a recording; reading it may throw what the file system throws.
 *
 * @throws {UnreadableRecording} while reading, if the columns of a CSV file do not fit the options
 */
export function openRecording({
  source,
  topic,
  timeColumn,
  problem,
  onBytes = () => undefined,
}: RecordingOptions): Recording {
  if (typeof source !== 'string') return readNdjson(source, problem);
  const chunks = counted(createReadStream(source, { highWaterMark: CHUNK_BYTES }), onBytes);
  return isCsv(source) ? readCsv(chunks, { topic, timeColumn }, problem) : readNdjson(chunks, problem);
}

export function isCsv(path: string): boolean {
  return /\.csv$/i.test(path);
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    yield chunk;
    bytes += chunk.length;
    onBytes(bytes);
  }
}
