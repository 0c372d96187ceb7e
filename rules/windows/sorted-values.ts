import { BlockSizes } from './block-sizes.js';

/** A block is split when it grows beyond this: small enough to shift in no time, large enough to keep blocks few. */
const BLOCK_MAX = 256;

/** Walking over so few blocks takes less than finding one: a third in windows of 600 readings. */
const WALK_MAX = 8;

interface Block {
  readonly values: Float64Array;
  size: number;
}

/**
 * Numbers in ascending order, in blocks: adding and removing costs a binary search over the blocks and a short shift,
 * finding a rank the logarithm of the number of blocks (some 150 for the 36,000 readings of an hour at 10 Hz). Equal numbers
 * are kept as often as they were added.
 */
export class SortedValues {
  readonly #blocks: Block[] = [{ values: new Float64Array(BLOCK_MAX), size: 0 }];
  readonly #sizes = new BlockSizes();
  size = 0;

  add(value: number): void {
    const index = this.#blockFor(value);
    const block = this.#block(index);
    const at = lowerBound(block, value);
    block.values.copyWithin(at + 1, at, block.size);
    block.values[at] = value;
    block.size++;
    this.size++;
    if (block.size === BLOCK_MAX) this.#split(index);
    else this.#sizes.change(index, 1);
  }

  /** Removes one of the numbers equal to `value`; there must be one. */
  remove(value: number): void {
    let index = this.#blockFor(value);
    let at = lowerBound(this.#block(index), value);
    // Equal numbers may begin at the end of one block and go on in the next.
    while (at === this.#block(index).size) at = lowerBound(this.#block(++index), value);
    const block = this.#block(index);
    block.values.copyWithin(at, at + 1, block.size);
    block.size--;
    this.size--;
    if (block.size > 0 || this.#blocks.length === 1) {
      this.#sizes.change(index, -1);
      return;
    }
    this.#blocks.splice(index, 1);
    this.#sizes.rebuild(this.#blocks);
  }

  clear(): void {
    this.#blocks.length = 1;
    this.#block(0).size = 0;
    this.#sizes.rebuild(this.#blocks);
    this.size = 0;
  }

  /** The number of this rank, 0 the smallest. */
  at(rank: number): number {
    if (this.#blocks.length > WALK_MAX) {
      const block = this.#block(this.#sizes.find(rank));
      return block.values[this.#sizes.rest] ?? Number.NaN;
    }
    let rest = rank;
    let index = 0;
    for (; rest >= this.#block(index).size; index++) rest -= this.#block(index).size;
    return this.#block(index).values[rest] ?? Number.NaN;
  }

  /** Quantile by linear interpolation between closest ranks (Hyndman and Fan 1996, type 7); 0 ≤ p ≤ 1. */
  quantile(p: number): number {
    const rank = (this.size - 1) * p;
    const below = Math.floor(rank);
    const low = this.at(below);
    return below === rank ? low : low + (rank - below) * (this.at(below + 1) - low);
  }

  /** Median absolute deviation from the median: selection in two sorted lists, O(log² n). */
  medianDeviation(): number {
    const median = this.quantile(0.5);
    const half = (this.size - 1) / 2;
    const low = this.#deviation(median, Math.floor(half));
    return Number.isInteger(half) ? low : (low + this.#deviation(median, Math.floor(half) + 1)) / 2;
  }

  /** The deviation of this rank: of those left and right of the median, each list in order, the rank-th smallest. */
  #deviation(median: number, rank: number): number {
    const middle = Math.ceil(this.size / 2);
    const left = (index: number) => median - this.at(middle - 1 - index);
    const right = (index: number) => this.at(middle + index) - median;
    // Take `fromLeft` of the left list and the rest of the right one, so that all taken are ≤ all others.
    let least = Math.max(0, rank + 1 - (this.size - middle));
    let most = Math.min(rank + 1, middle);
    while (least < most) {
      const fromLeft = (least + most) >> 1;
      if (left(fromLeft) < right(rank - fromLeft)) least = fromLeft + 1;
      else most = fromLeft;
    }
    const lastLeft = least > 0 ? left(least - 1) : Number.NEGATIVE_INFINITY;
    const lastRight = rank + 1 - least > 0 ? right(rank - least) : Number.NEGATIVE_INFINITY;
    return Math.max(lastLeft, lastRight);
  }

  /** The first block whose last number is not smaller; the last one if there is none. */
  #blockFor(value: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.#block(middle);
      if ((block.values[block.size - 1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #split(index: number): void {
    const block = this.#block(index);
    const half = block.size >> 1;
    const values = new Float64Array(BLOCK_MAX);
    values.set(block.values.subarray(half, block.size));
    this.#blocks.splice(index + 1, 0, { values, size: block.size - half });
    block.size = half;
    this.#sizes.rebuild(this.#blocks);
  }

  #block(index: number): Block {
    const block = this.#blocks[index];
    if (block === undefined) throw new RangeError(`no block ${index} of ${this.#blocks.length}`);
    return block;
  }
}

/** Where the first number that is not smaller stands in a block. */
function lowerBound({ values, size }: Block, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
