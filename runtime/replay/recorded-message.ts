import type { JsonValue } from '../../rules/reading.js';

/**
 * One message of a recording. Times are whole epoch milliseconds.
 *
 * Example: `{ time: 1767225600000, topic: 'factory/l1/m1/temperature', payload: 81.5 }`
 */
export interface RecordedMessage {
  /** When it was measured. */
  readonly time: number;
  readonly topic: string;
  /** The decoded JSON value: `"85"` is a string. */
  readonly payload: JsonValue;
  /** When it came; by default the later of the engine's time and `time`. */
  readonly arrives?: number;
  /** It was delivered as stored state. */
  readonly retain?: boolean;
}

/** A place in a recording that could not be read; everything around it is. */
export interface RecordingProblem {
  /** From 1; in CSV, the line the record ends on. */
  readonly line: number;
  readonly message: string;
}

/** Messages in the order of the file, as many at a time as one read gave. */
export type Recording = AsyncIterable<readonly RecordedMessage[]>;

/** A recording of which nothing can be used: its columns do not fit what was asked for. */
export class UnreadableRecording extends Error {}
