import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * Exponentially weighted mean and standard deviation of the values so far (Finch, "Incremental calculation of weighted
 * mean and variance", 2009, section 9); the plain ones until there are as many values as the memory is long.
 */
export class RunningLevel {
  #mean = 0;
  #variance = 0;
  #count = 0;

  /** @param length values after which an old one has lost about two thirds of its weight */
  constructor(private readonly length: number) {}

  get mean(): number {
    return this.#mean;
  }

  get deviation(): number {
    return Math.sqrt(this.#variance);
  }

  take(value: number): void {
    if (this.#count < this.length) this.#count++;
    const weight = 1 / this.#count;
    const change = value - this.#mean;
    this.#mean += weight * change;
    this.#variance = (1 - weight) * (this.#variance + weight * change * change);
  }

  save(writer: StateWriter): void {
    writer.put(this.#mean, this.#variance, this.#count);
  }

  load(reader: StateReader): void {
    this.#mean = reader.number();
    this.#variance = reader.number();
    this.#count = reader.number();
  }
}
