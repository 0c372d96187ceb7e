import type { JsonValue } from '../../rules/reading.js';

/** What a made-up device sends. */
export interface SimulatedMessage {
  readonly topic: string;
  readonly payload: JsonValue;
}
