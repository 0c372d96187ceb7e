import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { CalmRanks } from './calm-ranks.js';

/**
 * Turns how strange readings are into scores: the strength of a detector, 1 at its limit, into the share of calm readings
 * that are less strange. What calm readings reach is counted; beyond their last hundredth, where they are too few to be
 * counted, the share above is taken to fall exponentially, to a thousandth at the limit.
 */
export class CalmScore {
  readonly #ranks = new CalmRanks();

  /** Counts a calm reading, if it is one. */
  take(strength: number): void {
    if (strength < 1) this.#ranks.take(strength);
  }

  /** 0…1 */
  of(strength: number): number {
    const knee = Math.min(KNEE_MAX, this.#ranks.quantile(1 - TAIL_SHARE));
    if (strength <= knee) return Math.min(1 - TAIL_SHARE, this.#ranks.shareBelow(strength));
    const decades = (strength - knee) / (1 - knee);
    return 1 - TAIL_SHARE * 10 ** -decades;
  }

  save(writer: StateWriter): void {
    this.#ranks.save(writer);
  }

  load(reader: StateReader): void {
    this.#ranks.load(reader);
  }
}

/** The share of calm readings that counting says nothing about. */
export const TAIL_SHARE = 0.01;
/** So that scores grow with strength, too, where calm readings come near the limit. */
const KNEE_MAX = 0.9;
