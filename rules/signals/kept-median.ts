import { SortedValues } from '../windows/sorted-values.js';

/**
 * The median of values of which few change at a time: their order is kept, and only what is another than before is
 * moved, in O(log n). To sort the values of 100 series anew took 5 µs.
 */
export class KeptMedian {
  readonly #sorted = new SortedValues();
  /** By position; NaN: there is none. */
  #values = new Float64Array(8).fill(Number.NaN);

  /** What stands at a position now; NaN: nothing. */
  show(position: number, value: number): void {
    if (position >= this.#values.length) this.#grow(position);
    const before = this.#values[position] ?? Number.NaN;
    if (before === value || (Number.isNaN(before) && Number.isNaN(value))) return;
    if (!Number.isNaN(before)) this.#sorted.remove(before);
    if (!Number.isNaN(value)) this.#sorted.add(value);
    this.#values[position] = value;
  }

  /** There must be a value. */
  get value(): number {
    return this.#sorted.quantile(0.5);
  }

  #grow(position: number): void {
    const values = new Float64Array(2 * position).fill(Number.NaN);
    values.set(this.#values);
    this.#values = values;
  }
}
