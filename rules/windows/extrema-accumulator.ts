import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';

const MIN = 0;
const MAX = 1;
const WIDTH = 2;

/** Smallest and largest value. NaN while a string is in the window (`Math.min` and `Math.max` hand NaN on). */
export class ExtremaAccumulator extends Accumulator {
  override readonly name = 'extrema';
  /** Two numbers each: of the front part from a reading on, and of the back part. */
  readonly #front = this.buffer.addColumns(WIDTH);
  readonly #back = this.buffer.addCells(WIDTH);

  get min(): number {
    const { buffer } = this;
    const back = buffer.cell(this.#back + MIN);
    return buffer.frontSize === 0 ? back : Math.min(buffer.at(buffer.head, this.#front + MIN), back);
  }

  get max(): number {
    const { buffer } = this;
    const back = buffer.cell(this.#back + MAX);
    return buffer.frontSize === 0 ? back : Math.max(buffer.at(buffer.head, this.#front + MAX), back);
  }

  override add(slot: number): void {
    const { buffer } = this;
    if (!buffer.passesAt(slot)) return;
    const value = buffer.valueAt(slot);
    buffer.setCell(this.#back + MIN, Math.min(buffer.cell(this.#back + MIN), value));
    buffer.setCell(this.#back + MAX, Math.max(buffer.cell(this.#back + MAX), value));
  }

  override release(): void {
    this.buffer.freeColumns(this.#front, WIDTH);
    this.buffer.freeCells(this.#back, WIDTH);
  }

  protected override reset(): void {
    this.buffer.setCell(this.#back + MIN, Number.POSITIVE_INFINITY);
    this.buffer.setCell(this.#back + MAX, Number.NEGATIVE_INFINITY);
  }

  protected override keepSuffix(slot: number): void {
    const { buffer } = this;
    for (let i = 0; i < WIDTH; i++) buffer.keep(slot, this.#front + i, buffer.cell(this.#back + i));
  }

  override save(writer: StateBytes): void {
    for (let i = 0; i < WIDTH; i++) writer.number(this.buffer.cell(this.#back + i));
  }

  override load(reader: StateBytesReader): void {
    for (let i = 0; i < WIDTH; i++) this.buffer.setCell(this.#back + i, reader.number());
  }
}
