import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/** How fast readings come, and whether one comes after a gap. */
export class Cadence {
  #isFirst = true;
  #time = 0;
  #meanMs = 0;
  #count = 0;

  /** Whether the time since the reading before is many times what it is usually. */
  isAfterGap(time: number): boolean {
    const passed = this.#isFirst ? 0 : time - this.#time;
    this.#time = time;
    if (this.#isFirst) {
      this.#isFirst = false;
      return false;
    }
    const longest = GAP_INTERVALS * this.#meanMs;
    const isGap = this.#count >= COUNT_MIN && longest > 0 && passed > longest;
    if (this.#count < MEMORY) this.#count++;
    // A gap counts as the longest that is none: so a slower rhythm that lasts becomes the usual one.
    this.#meanMs += ((isGap ? longest : passed) - this.#meanMs) / this.#count;
    return isGap;
  }

  save(writer: StateWriter): void {
    writer.put(this.#isFirst, this.#time, this.#meanMs, this.#count);
  }

  load(reader: StateReader): void {
    this.#isFirst = reader.boolean();
    this.#time = reader.number();
    this.#meanMs = reader.number();
    this.#count = reader.number();
  }
}

const GAP_INTERVALS = 20;
const COUNT_MIN = 20;
const MEMORY = 200;
