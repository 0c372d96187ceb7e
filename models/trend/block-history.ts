import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { RobustBlock } from './robust-block.js';

/**
 * The history of a signal as at most 48 blocks, however long it is: when they are full, each two become one, and new ones
 * get as long; when that would reach farther back than wanted, the oldest goes. Where readings come so seldom that a block
 * waits for its four, old blocks are longer than new ones. A block is a robust mean, so that spikes and
 * the noise of single readings are gone before a line is fitted.
 */
export class BlockHistory {
  /** Middle of a block, and mean of its readings; the oldest first. */
  readonly times = new Float64Array(BLOCKS_MAX);
  readonly values = new Float64Array(BLOCKS_MAX);
  #count = 0;
  #spanMs = FIRST_SPAN_MS;
  readonly #open = new RobustBlock();

  /** @param overMs the longest history */
  constructor(private readonly overMs: number) {}

  get count(): number {
    return this.#count;
  }

  /** @returns whether the blocks have changed */
  take(time: number, value: number): boolean {
    const isNext = this.#open.count >= READINGS_MIN && time >= this.#open.start + this.#spanMs;
    if (isNext) this.#close();
    this.#open.take(time, value);
    return isNext;
  }

  #close(): void {
    if (this.#count === BLOCKS_MAX) this.#makeRoom();
    this.times[this.#count] = this.#open.middle;
    this.values[this.#count] = this.#open.mean;
    this.#count++;
    this.#open.clear();
    this.#forgetOld();
  }

  /** What is older than wanted goes, but for what a line needs: few readings a day would never come to one. */
  #forgetOld(): void {
    const oldest = (this.times[this.#count - 1] ?? 0) - this.overMs;
    let old = 0;
    while (this.#count - old > BLOCKS_KEPT && (this.times[old] ?? 0) < oldest) old++;
    if (old > 0) this.forget(old);
  }

  #makeRoom(): void {
    if (this.#spanMs * BLOCKS_MAX >= this.overMs) {
      this.forget(1);
      return;
    }
    for (let pair = 0; pair < BLOCKS_MAX / 2; pair++) {
      this.times[pair] = ((this.times[2 * pair] ?? 0) + (this.times[2 * pair + 1] ?? 0)) / 2;
      this.values[pair] = ((this.values[2 * pair] ?? 0) + (this.values[2 * pair + 1] ?? 0)) / 2;
    }
    this.#count = BLOCKS_MAX / 2;
    this.#spanMs *= 2;
  }

  /** Drops the oldest blocks. */
  forget(blocks: number): void {
    this.times.copyWithin(0, blocks);
    this.values.copyWithin(0, blocks);
    this.#count -= blocks;
  }

  clear(): void {
    this.#count = 0;
    this.#open.clear();
    this.#spanMs = FIRST_SPAN_MS;
  }

  save(writer: StateWriter): void {
    writer.put(this.times.slice(), this.values.slice(), this.#count, this.#spanMs);
    this.#open.save(writer);
  }

  load(reader: StateReader): void {
    this.times.set(reader.numbers());
    this.values.set(reader.numbers());
    this.#count = reader.number();
    this.#spanMs = reader.number();
    this.#open.load(reader);
  }
}

/** However old: a line goes through so many at least. */
export const BLOCKS_KEPT = 8;
/** A line through fewer is hardly significant; through more it takes longer to fit and says the same. */
const BLOCKS_MAX = 48;
const FIRST_SPAN_MS = 1000;
/** One of them may be a spike. */
const READINGS_MIN = 4;
