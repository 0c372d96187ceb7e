/** How long a broker may take to send back what was published to it. */
const ECHO_MS = 60_000;

/** How many are remembered, each way; the oldest make room. */
const REMEMBERED_MAX = 1_000;

interface Sent {
  readonly payload: Uint8Array;
  readonly time: number;
}

/**
 * Recognises what this process published itself when a broker sends it back: as news, where there is no "no local"
 * (MQTT 3.1.1), once for each time it was published; and as stored state as long as nothing newer is stored.
 */
export class OwnPublishes {
  readonly #now: () => number;
  readonly #awaited = new Map<string, Sent[]>();
  #awaitedCount = 0;
  readonly #retained = new Map<string, Uint8Array>();

  /** @param now ms of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** It will be sent back, to us as to all other subscribers. */
  expect(topic: string, payload: Uint8Array): void {
    if (this.#awaitedCount >= REMEMBERED_MAX) this.#forgetOldest();
    const sent = this.#awaited.get(topic) ?? [];
    sent.push({ payload, time: this.#now() });
    this.#awaited.set(topic, sent);
    this.#awaitedCount += 1;
  }

  /** It is stored: it will come with every subscription, until something else is. */
  retain(topic: string, payload: Uint8Array): void {
    this.#retained.delete(topic);
    this.#retained.set(topic, payload);
    if (this.#retained.size <= REMEMBERED_MAX) return;
    for (const first of this.#retained.keys()) {
      this.#retained.delete(first);
      return;
    }
  }

  /** Whether this message is one of ours come back. Each that was published is recognised once as news. */
  isEcho(topic: string, payload: Uint8Array, isRetained: boolean): boolean {
    if (this.#retained.size === 0 && this.#awaited.size === 0) return false;
    if (isRetained) return isSame(this.#retained.get(topic), payload);
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

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
