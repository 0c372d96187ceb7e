import { Zone } from './zone.js';

/** The wall-clock instants at which aligned windows close: multiples of a length since the epoch, or since local midnight. */
export class Boundaries {
  readonly #zone: Zone | null;

  constructor(
    private readonly everyMs: number,
    timezone: string | null,
  ) {
    this.#zone = timezone === null ? null : new Zone(timezone);
  }

  /** The first boundary later than `wall`. */
  after(wall: number): number {
    if (this.#zone === null) return (Math.floor(wall / this.everyMs) + 1) * this.everyMs;
    let local = this.#floor(this.#zone.localAt(wall));
    // After a clock change the same local times may come again, and some never come.
    for (;;) {
      const { instant, isSkipped } = this.#zone.instantOf(local);
      if (!isSkipped && instant > wall) return instant;
      local += this.everyMs;
    }
  }

  /** The last boundary not later than `wall`. */
  before(wall: number): number {
    if (this.#zone === null) return Math.floor(wall / this.everyMs) * this.everyMs;
    let local = this.#floor(this.#zone.localAt(wall)) + this.everyMs;
    for (;;) {
      const { instant, isSkipped } = this.#zone.instantOf(local);
      if (!isSkipped && instant <= wall) return instant;
      local -= this.everyMs;
    }
  }

  /** `everyMs` divides a day, so counting from the epoch is counting from each midnight. */
  #floor(local: number): number {
    return Math.floor(local / this.everyMs) * this.everyMs;
  }
}
