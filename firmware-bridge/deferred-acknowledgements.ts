/** Acknowledgements of messages that are safe together. */
interface Group<Packet> {
  readonly packets: Packet[];
  readonly accepted: Promise<void> | undefined;
  isSafe: boolean;
}

/**
 * Sends acknowledgements when their messages are safe, in the order in which the messages came (MQTT 4.6), without
 * holding up the messages behind them.
 */
export class DeferredAcknowledgements<Packet> {
  readonly #send: (packets: readonly Packet[]) => void;
  readonly #onRefused: (reason: unknown) => void;
  /** In order of arrival. */
  #waiting: Group<Packet>[] = [];

  /**
   * @param onRefused messages were not taken: neither they nor what is behind them may be acknowledged any more on this
   *   connection
   */
  constructor(send: (packets: readonly Packet[]) => void, onRefused: (reason: unknown) => void) {
    this.#send = send;
    this.#onRefused = onRefused;
  }

  /** @param accepted what `Accept` gave for the message: of those that are stored together the same promise */
  add(packet: Packet, accepted: Promise<void> | undefined): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined && last.accepted === accepted) last.packets.push(packet);
    else if (last === undefined && accepted === undefined) this.#send([packet]);
    else this.#wait({ packets: [packet], accepted, isSafe: accepted === undefined });
  }

  /** The connection is gone: what was not acknowledged on it is sent again on the next one. */
  clear(): void {
    this.#waiting = [];
  }

  #wait(group: Group<Packet>): void {
    const queue = this.#waiting;
    queue.push(group);
    group.accepted?.then(
      () => {
        group.isSafe = true;
        this.#sendSafe(queue);
      },
      (reason: unknown) => {
        if (queue !== this.#waiting) return;
        this.clear();
        this.#onRefused(reason);
      },
    );
  }

  #sendSafe(queue: readonly { readonly isSafe: boolean }[]): void {
    if (queue !== this.#waiting || queue[0]?.isSafe !== true) return;
    const unsafe = this.#waiting.findIndex(({ isSafe }) => !isSafe);
    const ready = this.#waiting.splice(0, unsafe < 0 ? this.#waiting.length : unsafe);
    for (const { packets } of ready) this.#send(packets);
  }
}
