import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * The evidence of one test, held for a while: tests that notice the same thing do so some readings apart, and what
 * several notice together counts for more.
 */
export class HeldEvidence {
  #held = 0;
  #age = 0;

  /** @param evidence of the latest reading, 1 at the limit; beyond it twice as much counts for one more */
  take(evidence: number): void {
    this.#age++;
    const latest = evidence <= 1 ? evidence : 1 + Math.log2(evidence);
    if (latest < this.#held && this.#age < HELD_READINGS) return;
    this.#held = Math.max(0, latest);
    this.#age = 0;
  }

  get value(): number {
    return this.#held;
  }

  save(writer: StateWriter): void {
    writer.put(this.#held, this.#age);
  }

  load(reader: StateReader): void {
    this.#held = reader.number();
    this.#age = reader.number();
  }
}

const HELD_READINGS = 16;
