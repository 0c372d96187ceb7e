import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';
import { CompensatedSum } from './compensated-sum.js';
import type { WindowBuffer } from './window-buffer.js';

/** Sum of a term of each value (numbers; booleans as 1 or 0). NaN while a string is in the window. */
export class SumAccumulator extends Accumulator {
  readonly #front = this.column();
  readonly #running = new CompensatedSum();

  constructor(
    override readonly name: string,
    buffer: WindowBuffer,
    private readonly term: (value: number) => number,
  ) {
    super(buffer);
  }

  get value(): number {
    const { buffer } = this;
    return buffer.frontSize === 0
      ? this.#running.value
      : buffer.at(buffer.head, this.#front) + this.#running.value;
  }

  override add(slot: number): void {
    if (this.buffer.passesAt(slot)) this.#running.add(this.term(this.buffer.valueAt(slot)));
  }

  protected override reset(): void {
    this.#running.reset();
  }

  protected override keepSuffix(slot: number): void {
    this.buffer.keep(slot, this.#front, this.#running.value);
  }

  override save(writer: StateBytes): void {
    this.#running.save(writer);
  }

  override load(reader: StateBytesReader): void {
    this.#running.load(reader);
  }
}
