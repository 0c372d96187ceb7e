/** A client may send in a burst what it may send in so many seconds. */
const BURST_S = 5;

/** How many messages a client may still send: refilled evenly, up to a burst. */
export class MessageRate {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #refilledAt: number;

  /** @param now ms of a clock that never goes back */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = perSecond * BURST_S;
    this.#refilledAt = now();
  }

  /** Whole messages that may come now. */
  left(): number {
    const now = this.#now();
    const gained = ((now - this.#refilledAt) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#left + gained, this.#perSecond * BURST_S);
    this.#refilledAt = now;
    return Math.floor(this.#left);
  }

  spend(messages: number): void {
    this.#left -= messages;
  }

  /** When none is left: until the next may come. */
  get waitMs(): number {
    return Math.max(1, Math.ceil(((1 - this.#left) / this.#perSecond) * 1000));
  }
}
