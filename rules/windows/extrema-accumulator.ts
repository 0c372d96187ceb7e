import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';

/** Smallest and largest value. NaN while a string is in the window (`Math.min` and `Math.max` hand NaN on). */
export class ExtremaAccumulator extends Accumulator {
  override readonly name = 'extrema';
  readonly #frontMin = this.column();
  readonly #frontMax = this.column();
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get min(): number {
    const { buffer } = this;
    return buffer.frontSize === 0 ? this.#min : Math.min(buffer.at(buffer.head, this.#frontMin), this.#min);
  }

  get max(): number {
    const { buffer } = this;
    return buffer.frontSize === 0 ? this.#max : Math.max(buffer.at(buffer.head, this.#frontMax), this.#max);
  }

  override add(slot: number): void {
    if (!this.buffer.passesAt(slot)) return;
    const value = this.buffer.valueAt(slot);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  protected override reset(): void {
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  protected override keepSuffix(slot: number): void {
    this.buffer.keep(slot, this.#frontMin, this.#min);
    this.buffer.keep(slot, this.#frontMax, this.#max);
  }

  override save(writer: StateBytes): void {
    writer.number(this.#min).number(this.#max);
  }

  override load(reader: StateBytesReader): void {
    this.#min = reader.number();
    this.#max = reader.number();
  }
}
