import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { HeldEvidence } from './held-evidence.js';
import { SeenRange } from './seen-range.js';

/** Is a value beyond the range that such values have had so far? */
export class RangeTest {
  readonly evidence = new HeldEvidence();
  readonly #range = new SeenRange(SHRINK);

  /**
   * Looks at a value, then takes it into the range.
   *
   * @param isLearnt whether the range is known well enough for evidence
   * @returns how far out the value is: 0 in the middle of the range, 1 at its edge and beyond
   */
  look(value: number, isLearnt: boolean): number {
    const excess = this.#range.excess(value);
    this.#range.take(value);
    this.evidence.take(isLearnt ? excess / EXCESS_LIMIT : 0);
    return Math.min(1, 1 + 2 * excess);
  }

  save(writer: StateWriter): void {
    this.evidence.save(writer);
    this.#range.save(writer);
  }

  load(reader: StateReader): void {
    this.evidence.load(reader);
    this.#range.load(reader);
  }
}

/** Per reading: a tenth of the range in 10 000 readings. */
const SHRINK = 1e-5;
/** Beyond the range by this share of it is an alarm. */
const EXCESS_LIMIT = 0.03;
