import type { JsonValue, Message } from '../../rules/reading.js';
import { seededRandom } from '../seeded-random.js';

/** Noon of an ordinary day; nothing depends on it. */
export const START = Date.UTC(2026, 0, 5, 12);

export interface StreamOptions {
  /** They take turns. */
  readonly topics: readonly string[];
  /** Each message has a topic string of its own, as when it was just read from a socket or a file. */
  readonly hasOwnStrings?: boolean;
  /** Between two messages of one topic. */
  readonly everyMs: number;
  /** @param random a number in [0, 1) @param index of the message in the stream */
  payload(random: number, index: number): JsonValue;
  /** How much older than its arrival a message is; by default not at all. */
  ageMs?(index: number): number;
}

/** Made-up messages, the same in every run. */
export class MessageStream {
  readonly #random = seededRandom(1);
  #index = 0;

  constructor(private readonly options: StreamOptions) {}

  take(count: number): Message[] {
    return Array.from({ length: count }, () => this.next());
  }

  next(): Message {
    const { topics, everyMs, payload, ageMs, hasOwnStrings } = this.options;
    const index = this.#index++;
    const known = topics[index % topics.length] ?? '';
    const topic = hasOwnStrings === true ? copyOf(known) : known;
    const arrival = START + Math.floor((index * everyMs) / topics.length);
    const time = arrival - (ageMs?.(index) ?? 0);
    return { topic, payload: payload(this.#random(), index), time, arrival, retain: false };
  }
}

/** A string of equal text that is not the same string: its hash is not known yet. */
function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** `plant/l3/m17/x`: so many machines, ten to a line, with one topic each. */
export function machineTopics(machines: number, name = 'x'): string[] {
  return Array.from({ length: machines }, (_, index) => `plant/l${Math.floor(index / 10)}/m${index}/${name}`);
}
