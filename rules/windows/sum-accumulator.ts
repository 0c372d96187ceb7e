import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';
import { addToSum, loadSum, RUNNING_SUM_CELLS, resetSum, saveSum, sumOf } from './running-sum.js';
import type { WindowBuffer } from './window-buffer.js';

/** Sum of a term of each value (numbers; booleans as 1 or 0). NaN while a string is in the window. */
export class SumAccumulator extends Accumulator {
  readonly #front = this.buffer.addColumns(1);
  readonly #running = this.buffer.addCells(RUNNING_SUM_CELLS);

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
      ? sumOf(buffer, this.#running)
      : buffer.at(buffer.head, this.#front) + sumOf(buffer, this.#running);
  }

  override release(): void {
    this.buffer.freeColumns(this.#front, 1);
    this.buffer.freeCells(this.#running, RUNNING_SUM_CELLS);
  }

  override add(slot: number): void {
    if (this.buffer.passesAt(slot))
      addToSum(this.buffer, this.#running, this.term(this.buffer.valueAt(slot)));
  }

  protected override reset(): void {
    resetSum(this.buffer, this.#running);
  }

  protected override keepSuffix(slot: number): void {
    this.buffer.keep(slot, this.#front, sumOf(this.buffer, this.#running));
  }

  override save(writer: StateBytes): void {
    saveSum(this.buffer, this.#running, writer);
  }

  override load(reader: StateBytesReader): void {
    loadSum(this.buffer, this.#running, reader);
  }
}
