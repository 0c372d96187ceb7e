/** How long a broker may take to send back what was published to it. */
const ECHO_MS = 60_000;

/** How many are remembered that will be sent back, and topics on which something is stored; the oldest make room. */
const AWAITED_MAX = 1_000;
const STORED_TOPICS_MAX = 10_000;

/** What changes places on one topic: a siren has two states. */
const STORED_PAYLOADS_MAX = 4;

/** What is stored at a broker. */
export interface StoredMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

interface Sent {
  readonly payload: Uint8Array;
  readonly time: number;
}

/**
 * Recognises what this process published itself when a broker sends it back: as news, where there is no "no local"
 * (MQTT 3.1.1), once for each time it was published; and as stored state, with whatever payload it stored there. Not only
 * with the last: what is stored may be on its way to us while we replace it.
 */
export class OwnPublishes {
  readonly #now: () => number;
  readonly #awaited = new Map<string, Sent[]>();
  #awaitedCount = 0;
  readonly #stored = new Map<string, readonly Uint8Array[]>();

  /**
   * @param now ms of a clock that never goes back
   * @param earlier what earlier runs may have stored there
   */
  constructor(now: () => number, earlier: Iterable<StoredMessage> = []) {
    this.#now = now;
    for (const { topic, payload } of earlier) this.retain(topic, payload);
  }

  /** It will be sent back, to us as to all other subscribers. */
  expect(topic: string, payload: Uint8Array): void {
    if (this.#awaitedCount >= AWAITED_MAX) this.#forgetOldest();
    const sent = this.#awaited.get(topic) ?? [];
    sent.push({ payload, time: this.#now() });
    this.#awaited.set(topic, sent);
    this.#awaitedCount += 1;
  }

  /** It is stored: it will come with every subscription. */
  retain(topic: string, payload: Uint8Array): void {
    const others = (this.#stored.get(topic) ?? []).filter((one) => !isSame(one, payload));
    this.#stored.delete(topic);
    this.#stored.set(topic, [...others, payload].slice(-STORED_PAYLOADS_MAX));
    if (this.#stored.size <= STORED_TOPICS_MAX) return;
    for (const first of this.#stored.keys()) {
      this.#stored.delete(first);
      return;
    }
  }

  /** Whether this message is one of ours come back. Each that was published is recognised once as news. */
  isEcho(topic: string, payload: Uint8Array, isRetained: boolean): boolean {
    if (this.#stored.size === 0 && this.#awaited.size === 0) return false;
    if (isRetained) return this.#stored.get(topic)?.some((one) => isSame(one, payload)) === true;
    const sent = this.#awaited.get(topic);
    if (sent === undefined) return false;
    const oldest = this.#now() - ECHO_MS;
    const index = sent.findIndex((one) => one.time >= oldest && isSame(one.payload, payload));
    // A broker keeps the order: those before it will not come any more.
    this.#drop(topic, sent, index < 0 ? sent.filter(({ time }) => time < oldest).length : index + 1);
    return index >= 0;
  }

  #forgetOldest(): void {
    for (const [topic, sent] of this.#awaited) {
      this.#drop(topic, sent, sent.length);
      return;
    }
  }

  #drop(topic: string, sent: Sent[], count: number): void {
    sent.splice(0, count);
    this.#awaitedCount -= count;
    if (sent.length === 0) this.#awaited.delete(topic);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
