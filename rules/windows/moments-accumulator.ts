import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { Accumulator } from './accumulator.js';

/** Below this share of the whole, what is left after taking a reading out has lost too many digits. */
const CANCELLED = 2 ** -20;

/** How many there are, their mean, and the squares about it. */
const COUNT = 0;
const MEAN = 1;
const SQUARES = 2;
const WIDTH = 3;

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
  /** Three numbers each: of the front part from a reading on, and of the back part. */
  readonly #front = this.buffer.addColumns(WIDTH);
  readonly #back = this.buffer.addCells(WIDTH);

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
    const { head } = buffer;
    const back = {
      count: buffer.cell(this.#back + COUNT),
      mean: buffer.cell(this.#back + MEAN),
      squares: buffer.cell(this.#back + SQUARES),
    };
    const frontCount = buffer.frontSize === 0 ? 0 : buffer.at(head, this.#front + COUNT);
    if (frontCount === 0) return back;
    const frontMean = buffer.at(head, this.#front + MEAN);
    const frontSquares = buffer.at(head, this.#front + SQUARES);
    const count = frontCount + back.count;
    const share = back.count / count;
    const distance = back.mean - frontMean;
    return {
      count,
      mean: frontMean + distance * share,
      squares: frontSquares + back.squares + distance * distance * frontCount * share,
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
    const { buffer } = this;
    if (!buffer.passesAt(slot)) return;
    const value = buffer.valueAt(slot);
    const count = buffer.cell(this.#back + COUNT) + 1;
    const meanBefore = buffer.cell(this.#back + MEAN);
    const before = value - meanBefore;
    const mean = meanBefore + before / count;
    buffer.setCell(this.#back + COUNT, count);
    buffer.setCell(this.#back + MEAN, mean);
    buffer.setCell(this.#back + SQUARES, buffer.cell(this.#back + SQUARES) + before * (value - mean));
  }

  override release(): void {
    this.buffer.freeColumns(this.#front, WIDTH);
    this.buffer.freeCells(this.#back, WIDTH);
  }

  protected override reset(): void {
    for (let i = 0; i < WIDTH; i++) this.buffer.setCell(this.#back + i, 0);
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
