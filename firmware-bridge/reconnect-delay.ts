/** Waits between attempts to connect: each up to twice the one before, from 1 s to 1 min. */
export class ReconnectDelay {
  readonly #random: () => number;
  #limitMs = FIRST_MS;

  /** @param random from 0 to below 1: a plant full of gateways must not come back in one moment */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whole milliseconds, from half the present limit to all of it. */
  next(): number {
    const delay = Math.round(this.#limitMs * (0.5 + this.#random() / 2));
    this.#limitMs = Math.min(2 * this.#limitMs, LAST_MS);
    return delay;
  }

  reset(): void {
    this.#limitMs = FIRST_MS;
  }
}

const FIRST_MS = 1_000;
const LAST_MS = 60_000;
