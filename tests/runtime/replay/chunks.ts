import { Buffer } from 'node:buffer';
import type {
  RecordedMessage,
  Recording,
  RecordingProblem,
} from '../../../runtime/replay/recorded-message.js';

/** A text as a stream gives it, cut at these places. */
export async function* chunksOf(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Buffer> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    if (to > from) yield Buffer.from(bytes.slice(from, to));
    from = to;
  }
}

/** All that a reader finds in a recording. */
export async function readAll(
  open: (problem: (problem: RecordingProblem) => void) => Recording,
): Promise<{ messages: RecordedMessage[]; problems: RecordingProblem[] }> {
  const messages: RecordedMessage[] = [];
  const problems: RecordingProblem[] = [];
  for await (const batch of open((problem) => problems.push(problem))) messages.push(...batch);
  return { messages, problems };
}
