import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { SeenRange } from './seen-range.js';

/**
 * Notices that a signal has moved for good to where what was learnt says nothing: another unit, another sensor, another
 * product. Single readings out there are anomalies; a whole warm-up of them is a new normal.
 */
export class LastingChange {
  readonly #range = new SeenRange(0);
  #learnt = 0;
  #far = 0;

  /** @param readings that it learns from; as many far ones, less those that are back, make a lasting change */
  constructor(private readonly readings: number) {}

  take(value: number): boolean {
    if (this.#learnt < this.readings || this.#range.excess(value) <= FAR_EXCESS) {
      this.#learnt = Math.min(this.#learnt + 1, this.readings);
      this.#range.take(value);
      this.#far = Math.max(0, this.#far - 1);
      return false;
    }
    return ++this.#far >= this.readings;
  }

  save(writer: StateWriter): void {
    this.#range.save(writer);
    writer.put(this.#learnt, this.#far);
  }

  load(reader: StateReader): void {
    this.#range.load(reader);
    this.#learnt = reader.number();
    this.#far = reader.number();
  }
}

/** A range beyond the range: a slow climb is no lasting change, as its range grows with it. */
const FAR_EXCESS = 1;
