import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';

/**
 * Running sum with a second double for what rounding cuts off (Knuth's TwoSum; Ogita, Rump, Oishi 2005, algorithm
 * Sum2): as if summed in twice the precision.
 */
export class CompensatedSum {
  #high = 0;
  #low = 0;

  add(value: number): void {
    const sum = this.#high + value;
    const part = sum - this.#high;
    this.#low += this.#high - (sum - part) + (value - part);
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

  save(writer: StateBytes): void {
    writer.number(this.#high).number(this.#low);
  }

  load(reader: StateBytesReader): void {
    this.#high = reader.number();
    this.#low = reader.number();
  }
}
