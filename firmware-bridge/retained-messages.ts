import { setImmediate } from 'node:timers/promises';
import { filterMatches, isWildcard } from './topic-filters.js';

/** What a broker keeps of a PUBLISH for those who subscribe later, or come back later. */
export interface KeptMessage {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export interface RetainedLimits {
  readonly topics: number;
  readonly bytes: number;
}

/** Topics looked at before others get their turn. */
const SLICE = 500;

/** The newest retained message of each topic, in memory, up to a limit. */
export class RetainedMessages {
  readonly #limits: RetainedLimits;
  readonly #byTopic = new Map<string, KeptMessage>();
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  /**
   * Replaces what is kept of its topic; an empty payload takes it away (MQTT 3.1.1, section 3.3.1.3).
   *
   * @returns whether there was room. Without, nothing is kept of the topic: not what is out of date either.
   */
  store(message: KeptMessage): boolean {
    const { topic, payload } = message;
    this.#forget(topic);
    if (payload.length === 0) return true;
    const bytes = keptBytes(message);
    if (this.#byTopic.size >= this.#limits.topics || this.#bytes + bytes > this.#limits.bytes) return false;
    this.#byTopic.set(topic, ownCopy(message));
    this.#bytes += bytes;
    return true;
  }

  /**
   * What is kept for some filters; with pauses, so that a long list does not hold up everybody else.
   *
   * @param whenReady asked before each: a promise to wait for, while whoever gets them has no room for more
   */
  async *matching(
    filters: readonly string[],
    whenReady: () => Promise<unknown> | undefined = () => undefined,
  ): AsyncGenerator<KeptMessage> {
    for (const filter of filters) {
      for await (const message of this.#kept(filter.split('/'))) {
        const ready = whenReady();
        if (ready !== undefined) await ready;
        yield message;
      }
    }
  }

  async *#kept(filter: readonly string[]): AsyncGenerator<KeptMessage> {
    if (filter.some(isWildcard)) yield* this.#search(filter);
    else {
      const message = this.#byTopic.get(filter.join('/'));
      if (message !== undefined) yield message;
    }
  }

  /** Whether this is what is kept of its topic now; by the payload, which is the same object as long as it is. */
  isNewest({ topic, payload }: { topic: string; payload: unknown }): boolean {
    return this.#byTopic.get(topic)?.payload === payload;
  }

  #forget(topic: string): void {
    const known = this.#byTopic.get(topic);
    if (known === undefined) return;
    this.#byTopic.delete(topic);
    this.#bytes -= keptBytes(known);
  }

  async *#search(filter: readonly string[]): AsyncGenerator<KeptMessage> {
    let looked = 0;
    // As many as there are now: one that is replaced meanwhile moves to the end and is met again.
    const total = this.#byTopic.size;
    for (const [topic, message] of this.#byTopic) {
      if (looked === total) return;
      looked += 1;
      if (looked % SLICE === 0) await setImmediate();
      if (filterMatches(filter, topic.split('/'))) yield message;
    }
  }
}

/** With what a map entry and the objects in it take, roughly. */
export function keptBytes({ topic, payload }: { topic: string; payload: Buffer }): number {
  return 200 + 2 * topic.length + payload.length;
}

/** The payload is a view into a chunk of the socket's, which would be kept as a whole. */
export function ownCopy<T extends KeptMessage>(message: T): T {
  const payload = Buffer.allocUnsafeSlow(message.payload.length);
  message.payload.copy(payload);
  return { ...message, payload };
}
