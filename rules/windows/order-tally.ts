import { SortedValues } from './sorted-values.js';
import type { Tally } from './tally.js';
import type { WindowBuffer } from './window-buffer.js';

/** The values in ascending order. NaN while a string is in the window. */
export class OrderTally implements Tally {
  readonly #sorted = new SortedValues();
  #strings = 0;

  constructor(private readonly buffer: WindowBuffer) {}

  add(slot: number): void {
    const value = this.buffer.valueAt(slot);
    if (Number.isNaN(value)) this.#strings++;
    else this.#sorted.add(value);
  }

  remove(slot: number): void {
    const value = this.buffer.valueAt(slot);
    if (Number.isNaN(value)) this.#strings--;
    else this.#sorted.remove(value);
  }

  clear(): void {
    this.#sorted.clear();
    this.#strings = 0;
  }

  /** 0 ≤ p ≤ 1. */
  quantile(p: number): number {
    return this.#strings > 0 ? Number.NaN : this.#sorted.quantile(p);
  }

  medianDeviation(): number {
    return this.#strings > 0 ? Number.NaN : this.#sorted.medianDeviation();
  }
}
