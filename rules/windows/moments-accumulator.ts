import type { StateReader, StateWriter } from '../engine/state.js';
import { Accumulator, fitted } from './accumulator.js';

/**
 * Count, mean and sum of squared deviations by Welford's update, parts combined as in Chan, Golub, LeVeque (1979).
 * Never a difference of large sums. NaN while a string is in the window.
 */
export class MomentsAccumulator extends Accumulator {
  override readonly name = 'moments';
  #frontCount = new Float64Array(0);
  #frontMean = new Float64Array(0);
  #frontSquares = new Float64Array(0);
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** Population variance; NaN if there is no reading. */
  get variance(): number {
    const { buffer } = this;
    const frontCount = buffer.frontSize === 0 ? 0 : (this.#frontCount[buffer.head] ?? 0);
    if (frontCount === 0) return this.#squares / this.#count;
    const frontSquares = this.#frontSquares[buffer.head] ?? 0;
    if (this.#count === 0) return frontSquares / frontCount;
    const total = frontCount + this.#count;
    const distance = this.#mean - (this.#frontMean[buffer.head] ?? 0);
    return (
      (frontSquares + this.#squares + distance * distance * ((frontCount * this.#count) / total)) / total
    );
  }

  override add(slot: number): void {
    if (!this.buffer.passesAt(slot)) return;
    const value = this.buffer.values[slot] ?? 0;
    this.#count++;
    const before = value - this.#mean;
    this.#mean += before / this.#count;
    this.#squares += before * (value - this.#mean);
  }

  protected override reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#squares = 0;
  }

  protected override fit(): void {
    this.#frontCount = fitted(this.#frontCount, this.buffer);
    this.#frontMean = fitted(this.#frontMean, this.buffer);
    this.#frontSquares = fitted(this.#frontSquares, this.buffer);
  }

  protected override keepSuffix(slot: number): void {
    this.#frontCount[slot] = this.#count;
    this.#frontMean[slot] = this.#mean;
    this.#frontSquares[slot] = this.#squares;
  }

  override save(writer: StateWriter): void {
    writer.put(this.#count, this.#mean, this.#squares);
  }

  override load(reader: StateReader): void {
    this.#count = reader.number();
    this.#mean = reader.number();
    this.#squares = reader.number();
  }
}
