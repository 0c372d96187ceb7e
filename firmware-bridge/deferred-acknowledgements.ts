/**
 * Sends acknowledgements when their messages are safe, in the order in which the messages came (MQTT 4.6), without
 * holding up the messages behind them.
 */
export class DeferredAcknowledgements<Packet> {
  readonly #send: (packet: Packet) => void;
  readonly #onRefused: (reason: unknown) => void;
  /** In order of arrival. */
  #waiting: { packet: Packet; isSafe: boolean }[] = [];

  /** @param onRefused a message was not taken: nothing behind it may be acknowledged any more on this connection */
  constructor(send: (packet: Packet) => void, onRefused: (reason: unknown) => void) {
    this.#send = send;
    this.#onRefused = onRefused;
  }

  /** @param accepted what `Accept` gave for the message */
  add(packet: Packet, accepted: Promise<void> | undefined): void {
    if (accepted === undefined && this.#waiting.length === 0) {
      this.#send(packet);
      return;
    }
    const entry = { packet, isSafe: accepted === undefined };
    const queue = this.#waiting;
    queue.push(entry);
    accepted?.then(
      () => {
        entry.isSafe = true;
        this.#sendSafe(queue);
      },
      (reason: unknown) => {
        if (queue !== this.#waiting) return;
        this.clear();
        this.#onRefused(reason);
      },
    );
  }

  /** The connection is gone: what was not acknowledged on it is sent again by the broker on the next one. */
  clear(): void {
    this.#waiting = [];
  }

  #sendSafe(queue: readonly { readonly isSafe: boolean }[]): void {
    if (queue !== this.#waiting || queue[0]?.isSafe !== true) return;
    const unsafe = this.#waiting.findIndex((entry) => !entry.isSafe);
    const ready = this.#waiting.splice(0, unsafe < 0 ? this.#waiting.length : unsafe);
    for (const { packet } of ready) this.#send(packet);
  }
}
