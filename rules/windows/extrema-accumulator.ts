import type { StateReader, StateWriter } from '../engine/state.js';
import { Accumulator, fitted } from './accumulator.js';

/** Smallest and largest value. NaN while a string is in the window (`Math.min` and `Math.max` hand NaN on). */
export class ExtremaAccumulator extends Accumulator {
  override readonly name = 'extrema';
  #frontMin = new Float64Array(0);
  #frontMax = new Float64Array(0);
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get min(): number {
    const { buffer } = this;
    return buffer.frontSize === 0 ? this.#min : Math.min(this.#frontMin[buffer.head] ?? 0, this.#min);
  }

  get max(): number {
    const { buffer } = this;
    return buffer.frontSize === 0 ? this.#max : Math.max(this.#frontMax[buffer.head] ?? 0, this.#max);
  }

  override add(slot: number): void {
    if (!this.buffer.passesAt(slot)) return;
    const value = this.buffer.values[slot] ?? 0;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  protected override reset(): void {
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  protected override fit(): void {
    this.#frontMin = fitted(this.#frontMin, this.buffer);
    this.#frontMax = fitted(this.#frontMax, this.buffer);
  }

  protected override keepSuffix(slot: number): void {
    this.#frontMin[slot] = this.#min;
    this.#frontMax[slot] = this.#max;
  }

  override save(writer: StateWriter): void {
    writer.put(this.#min, this.#max);
  }

  override load(reader: StateReader): void {
    this.#min = reader.number();
    this.#max = reader.number();
  }
}
