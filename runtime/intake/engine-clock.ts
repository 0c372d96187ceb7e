import type { Clock } from '../clock.js';

/**
 * The clock that the engine lives by (rule reference, section 6): whole milliseconds that never go back and never jump.
 * It starts at the later of the wall clock and the last engine time; what the wall clock does after that shows only in
 * the offset.
 */
export class EngineClock {
  readonly #clock: Clock;
  readonly #start: number;
  readonly #monotonicStart: number;

  /** @param lastTime the last recorded engine time; `-Infinity` if there is none */
  constructor(clock: Clock, lastTime: number) {
    this.#clock = clock;
    this.#start = Math.max(Math.floor(clock.wall()), lastTime);
    this.#monotonicStart = clock.monotonic();
  }

  now(): number {
    return this.#start + Math.floor(this.#clock.monotonic() - this.#monotonicStart);
  }

  /** Wall clock − engine clock, whole ms. */
  offset(): number {
    return Math.floor(this.#clock.wall()) - this.now();
  }
}
