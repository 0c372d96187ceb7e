import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/** The highest of the values so far, each losing a share of itself with every later one, and how far a value beats it. */
export class HighRecord {
  #record = 0;

  /** @param decay share of the record that is lost per value */
  constructor(private readonly decay: number) {}

  /** How far above the record, in records: 0 at it, -1 for nothing at all. */
  excess(value: number): number {
    if (this.#record === 0) return value === 0 ? -1 : EXCESS_MAX;
    return Math.min(EXCESS_MAX, value / this.#record - 1);
  }

  /** @param value not negative */
  take(value: number): void {
    this.#record = Math.max(value, this.#record * (1 - this.decay));
  }

  save(writer: StateWriter): void {
    writer.put(this.#record);
  }

  load(reader: StateReader): void {
    this.#record = reader.number();
  }
}

/** More says nothing more. */
const EXCESS_MAX = 1e6;
