import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * Remembers the shapes a signal went through lately and says how new the latest is: the distance to the nearest one
 * remembered. A shape is the means of the last few blocks of values, so that a long one costs little; of the shapes the
 * oldest is forgotten first. This is the nearest-neighbour novelty of discord search (Keogh, Lin, Fu, "HOT SAX", 2005),
 * against a bounded past.
 */
export class PatternMemory {
  readonly #shapes: Float64Array;
  #shapeCount = 0;
  /** Where the next shape goes. */
  #next = 0;
  readonly #latest: Float64Array;
  #blockCount = 0;
  #blockSum = 0;
  #blockSize = 0;
  #novelty = 0;

  constructor(private readonly size: PatternSize) {
    this.#shapes = new Float64Array(size.remembered * size.blocks);
    this.#latest = new Float64Array(size.blocks);
  }

  /**
   * How new the latest shape is, in the signal's unit: the root mean square distance a block; since the last whole block.
   * 0 until there is something to compare with.
   */
  get novelty(): number {
    return this.#novelty;
  }

  /** At the end of a block: some 10 ns per remembered shape. Else next to nothing. */
  take(value: number): void {
    this.#blockSum += value;
    if (++this.#blockSize < this.size.blockLength) return;
    this.#latest.copyWithin(0, 1);
    this.#latest[this.size.blocks - 1] = this.#blockSum / this.size.blockLength;
    this.#blockSum = 0;
    this.#blockSize = 0;
    if (++this.#blockCount < this.size.blocks) return;
    this.#blockCount = this.size.blocks;
    this.#novelty = this.#shapeCount < SHAPES_MIN ? 0 : this.#distanceToNearest();
    this.#remember();
  }

  /** Values before a gap make no shape with those after it. */
  interrupt(): void {
    this.#blockSum = 0;
    this.#blockSize = 0;
    this.#blockCount = 0;
    this.#novelty = 0;
  }

  #distanceToNearest(): number {
    const { blocks } = this.size;
    let nearest = Number.POSITIVE_INFINITY;
    const end = this.#shapeCount * blocks;
    for (let start = 0; start < end; start += blocks) {
      let sum = 0;
      // Most shapes are given up after a block or two.
      for (let block = 0; block < blocks && sum < nearest; block++) {
        const difference = (this.#latest[block] ?? 0) - (this.#shapes[start + block] ?? 0);
        sum += difference * difference;
      }
      if (sum < nearest) nearest = sum;
    }
    return Math.sqrt(nearest / blocks);
  }

  #remember(): void {
    this.#shapes.set(this.#latest, this.#next * this.size.blocks);
    this.#next = (this.#next + 1) % this.size.remembered;
    this.#shapeCount = Math.min(this.#shapeCount + 1, this.size.remembered);
  }

  save(writer: StateWriter): void {
    writer.put(this.#shapes.slice(), this.#shapeCount, this.#next, this.#latest.slice());
    writer.put(this.#blockCount, this.#blockSum, this.#blockSize, this.#novelty);
  }

  load(reader: StateReader): void {
    this.#shapes.set(reader.numbers());
    this.#shapeCount = reader.number();
    this.#next = reader.number();
    this.#latest.set(reader.numbers());
    this.#blockCount = reader.number();
    this.#blockSum = reader.number();
    this.#blockSize = reader.number();
    this.#novelty = reader.number();
  }
}

/** `{ blockLength: 4, blocks: 8, remembered: 128 }`: shapes of 32 values, and the 512 values before. */
export interface PatternSize {
  readonly blockLength: number;
  readonly blocks: number;
  readonly remembered: number;
}

/** With fewer everything is new. */
const SHAPES_MIN = 6;
