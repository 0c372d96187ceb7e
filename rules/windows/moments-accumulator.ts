import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';

/** Below this share of the whole, what is left after taking a reading out has lost too many digits. */
const CANCELLED = 2 ** -20;

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

/**
 * Count, mean and sum of squared deviations by Welford's update, parts combined as in Chan, Golub, LeVeque (1979).
 * Never a difference of large sums. NaN while a string is in the window.
 */
export class MomentsAccumulator extends Accumulator {
  override readonly name = 'moments';
  readonly #frontCount = this.column();
  readonly #frontMean = this.column();
  readonly #frontSquares = this.column();
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** Population variance; NaN if there is no reading. */
  get variance(): number {
    const { count, squares } = this.#all();
    return squares / count;
  }

  /**
   * Mean and population variance of the readings but one of this value; NaN below two others. Taking a far one out
   * cancels digits: then the others are gone through once more.
   */
  without(value: number): { readonly mean: number; readonly variance: number } {
    const { count, mean, squares } = this.#all();
    const others = count - 1;
    if (others < 2) return { mean: Number.NaN, variance: Number.NaN };
    const othersMean = mean - (value - mean) / others;
    const othersSquares = squares - (value - mean) * (value - othersMean);
    if (othersSquares < squares * CANCELLED) return this.#othersInFull(value);
    return { mean: othersMean, variance: othersSquares / others };
  }

  #all(): Moments {
    const { buffer } = this;
    const frontCount = buffer.frontSize === 0 ? 0 : buffer.at(buffer.head, this.#frontCount);
    if (frontCount === 0) return { count: this.#count, mean: this.#mean, squares: this.#squares };
    const frontMean = buffer.at(buffer.head, this.#frontMean);
    const frontSquares = buffer.at(buffer.head, this.#frontSquares);
    const count = frontCount + this.#count;
    const share = this.#count / count;
    const distance = this.#mean - frontMean;
    return {
      count,
      mean: frontMean + distance * share,
      squares: frontSquares + this.#squares + distance * distance * frontCount * share,
    };
  }

  /** All readings but the newest of this value, by two passes. */
  #othersInFull(value: number): { readonly mean: number; readonly variance: number } {
    const values: number[] = [];
    let isLeftOut = false;
    for (let position = this.buffer.size - 1; position >= 0; position--) {
      const slot = this.buffer.slot(position);
      const other = this.buffer.valueAt(slot);
      if (!this.buffer.passesAt(slot)) continue;
      if (isLeftOut || other !== value) values.push(other);
      else isLeftOut = true;
    }
    const mean = values.reduce((sum, other) => sum + other, 0) / values.length;
    const squares = values.reduce((sum, other) => sum + (other - mean) ** 2, 0);
    // Of equal values even the mean may be a rounding away: they do not vary.
    const isConstant = values.every((other) => other === values[0]);
    return { mean, variance: isConstant ? 0 : squares / values.length };
  }

  override add(slot: number): void {
    if (!this.buffer.passesAt(slot)) return;
    const value = this.buffer.valueAt(slot);
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

  protected override keepSuffix(slot: number): void {
    this.buffer.keep(slot, this.#frontCount, this.#count);
    this.buffer.keep(slot, this.#frontMean, this.#mean);
    this.buffer.keep(slot, this.#frontSquares, this.#squares);
  }

  override save(writer: StateBytes): void {
    writer.number(this.#count).number(this.#mean).number(this.#squares);
  }

  override load(reader: StateBytesReader): void {
    this.#count = reader.number();
    this.#mean = reader.number();
    this.#squares = reader.number();
  }
}
