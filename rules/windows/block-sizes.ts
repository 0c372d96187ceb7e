/**
 * The sizes of blocks in a row, summed up as in a binary indexed tree (Fenwick, "A new data structure for cumulative
 * frequency tables", 1994): changing one, and finding the block in which a place is, cost the logarithm of their number.
 */
export class BlockSizes {
  /** From 1 on: the sizes up to and with this block, as far back as the lowest bit that is set says. */
  #sums = new Int32Array(2);
  #count = 1;
  /** The greatest power of two that is not greater than their number. */
  #top = 1;
  /** The place in the block that was found last. */
  rest = 0;

  /** Other blocks than before: as many steps as there are. */
  rebuild(sizes: readonly { readonly size: number }[]): void {
    const count = sizes.length;
    if (count >= this.#sums.length) this.#sums = new Int32Array(2 * count);
    const sums = this.#sums;
    for (let i = 1; i <= count; i++) sums[i] = sizes[i - 1]?.size ?? 0;
    for (let i = 1; i <= count; i++) {
      const next = i + (i & -i);
      if (next <= count) sums[next] = (sums[next] ?? 0) + (sums[i] ?? 0);
    }
    this.#count = count;
    this.#top = 2 ** Math.floor(Math.log2(count));
  }

  change(index: number, by: number): void {
    const sums = this.#sums;
    for (let i = index + 1; i <= this.#count; i += i & -i) sums[i] = (sums[i] ?? 0) + by;
  }

  /** The block in which the number of this rank is; `rest` is its place in it. */
  find(rank: number): number {
    let index = 0;
    let rest = rank;
    for (let step = this.#top; step > 0; step >>= 1) {
      const next = index + step;
      if (next > this.#count) continue;
      const size = this.#sums[next] ?? 0;
      if (size > rest) continue;
      index = next;
      rest -= size;
    }
    this.rest = rest;
    return index;
  }
}
