import type { Clock } from '../clock.js';

const BURST = 200;
const REFILL_PER_SECOND = 2;

/** How many commits a flash card can be asked for that only save somebody a wait. */
export class WearBucket {
  readonly #clock: Clock;
  #level = BURST;
  #filledAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.monotonic();
  }

  get isEmpty(): boolean {
    this.#refill();
    return this.#level < 1;
  }

  /** Whether there was one left, which is used up by this. */
  take(): boolean {
    if (this.isEmpty) return false;
    this.#level -= 1;
    return true;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const fresh = ((now - this.#filledAt) / 1000) * REFILL_PER_SECOND;
    this.#level = Math.min(BURST, this.#level + fresh);
    this.#filledAt = now;
  }
}
