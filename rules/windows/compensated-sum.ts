import { roundingError } from './rounding-error.js';

/**
 * Running sum with a second double for what rounding cuts off (Knuth's TwoSum; Ogita, Rump, Oishi 2005, algorithm
 * Sum2): as if summed in twice the precision.
 */
export class CompensatedSum {
  #high = 0;
  #low = 0;

  add(value: number): void {
    const sum = this.#high + value;
    this.#low += roundingError(this.#high, value, sum);
    this.#high = sum;
  }

  reset(): void {
    this.#high = 0;
    this.#low = 0;
  }

  get value(): number {
    // An overflow leaves NaN in the low part; the sum itself then says what happened.
    return Number.isFinite(this.#high) ? this.#high + this.#low : this.#high;
  }
}
