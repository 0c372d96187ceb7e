import { median } from 'simple-statistics';
import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * A mean that spikes do not move: the median of the means of up to eight parts of a block (Nemirovsky, Yudin, "Problem
 * complexity and method efficiency in optimization", 1983). With eight readings or fewer it is the median of them.
 */
export class RobustBlock {
  readonly #sums = new Float64Array(PARTS);
  readonly #counts = new Float64Array(PARTS);
  #start = 0;
  #end = 0;
  #count = 0;
  /** Readings of the block before: as many are expected again. */
  #expected = PARTS;

  get count(): number {
    return this.#count;
  }

  /** Time of its first reading. */
  get start(): number {
    return this.#start;
  }

  /** Between its first and its last reading. */
  get middle(): number {
    return (this.#start + this.#end) / 2;
  }

  get mean(): number {
    const means: number[] = [];
    for (let part = 0; part < PARTS; part++) {
      const count = this.#counts[part] ?? 0;
      if (count > 0) means.push((this.#sums[part] ?? 0) / count);
    }
    return median(means);
  }

  take(time: number, value: number): void {
    if (this.#count === 0) this.#start = time;
    this.#end = time;
    const part = Math.min(PARTS - 1, Math.floor((this.#count * PARTS) / this.#expected));
    this.#sums[part] = (this.#sums[part] ?? 0) + value;
    this.#counts[part] = (this.#counts[part] ?? 0) + 1;
    this.#count++;
  }

  clear(): void {
    this.#expected = Math.max(PARTS, this.#count);
    this.#sums.fill(0);
    this.#counts.fill(0);
    this.#count = 0;
  }

  save(writer: StateWriter): void {
    writer.put(this.#sums.slice(), this.#counts.slice(), this.#start, this.#end);
    writer.put(this.#count, this.#expected);
  }

  load(reader: StateReader): void {
    this.#sums.set(reader.numbers());
    this.#counts.set(reader.numbers());
    this.#start = reader.number();
    this.#end = reader.number();
    this.#count = reader.number();
    this.#expected = reader.number();
  }
}

const PARTS = 8;
