import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * The range of the values so far, and how far a value lies beyond it. The cheapest detector there is, and a good one:
 * most faults first show as a value, a mean or a spread never seen before. The range shrinks slowly, so that one odd day
 * does not blind it for ever.
 */
export class SeenRange {
  #low = 0;
  #high = 0;
  #isEmpty = true;

  /** @param shrink share of the range that it loses per value */
  constructor(private readonly shrink: number) {}

  /** How far beyond the range, in ranges: 0 at its edge, -0.5 in its middle. The first value gives -0.5. */
  excess(value: number): number {
    if (this.#isEmpty) return -0.5;
    const width = this.#high - this.#low;
    const beyond = Math.max(value - this.#high, this.#low - value);
    // What never moved has no range: any move is beyond it, whatever its size.
    if (width === 0) return beyond === 0 ? -0.5 : EXCESS_MAX;
    return Math.min(EXCESS_MAX, beyond / width);
  }

  take(value: number): void {
    if (this.#isEmpty) {
      this.#low = value;
      this.#high = value;
      this.#isEmpty = false;
      return;
    }
    const loss = (this.#high - this.#low) * this.shrink;
    this.#low = Math.min(value, this.#low + loss);
    this.#high = Math.max(value, this.#high - loss);
  }

  contains(value: number): boolean {
    return !this.#isEmpty && value >= this.#low && value <= this.#high;
  }

  save(writer: StateWriter): void {
    writer.put(this.#low, this.#high, this.#isEmpty);
  }

  load(reader: StateReader): void {
    this.#low = reader.number();
    this.#high = reader.number();
    this.#isEmpty = reader.boolean();
  }
}

/** More says nothing more. */
const EXCESS_MAX = 1e6;
