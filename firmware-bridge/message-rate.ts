/** A client may send in a burst what it may send in so many seconds. */
const BURST_S = 5;

/** How many messages a client may still send: refilled evenly, up to a burst. The rate may change. */
export class MessageRate {
  readonly #now: () => number;
  /** In seconds of the rate: a burst of five, at first. */
  #left = BURST_S;
  #refilledAt: number;

  /** @param now ms of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
    this.#refilledAt = now();
  }

  /** Whole messages that may come now. */
  left(perSecond: number): number {
    const now = this.#now();
    this.#left = Math.min(this.#left + (now - this.#refilledAt) / 1000, BURST_S);
    this.#refilledAt = now;
    return Math.floor(this.#left * perSecond);
  }

  spend(messages: number, perSecond: number): void {
    this.#left -= messages / perSecond;
  }

  /** When none is left: until the next may come. */
  waitMs(perSecond: number): number {
    return Math.max(1, Math.ceil((1 / perSecond - this.#left) * 1000));
  }
}
