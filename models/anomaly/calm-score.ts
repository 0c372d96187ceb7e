import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { CalmRanks } from './calm-ranks.js';

/**
 * Turns how strange readings are into scores: a strength into the share of calm readings that are less strange. What calm
 * readings reach is counted; beyond their last hundredth, where they are too few to be counted, the share above is taken
 * to fall exponentially (the tail of Pickands, "Statistical inference using extreme order statistics", 1975).
 */
export class CalmScore {
  readonly #ranks = new CalmRanks();

  /** Counts a calm reading. */
  take(strength: number): void {
    this.#ranks.take(strength);
  }

  /** The strength that a hundredth of the calm readings is beyond. */
  get knee(): number {
    return this.#ranks.quantile(1 - TAIL_SHARE);
  }

  /**
   * @param knee at most `this.knee`
   * @param reach how much more strength makes a reading e times rarer, beyond the knee
   * @returns 0…1
   */
  of(strength: number, { knee, reach }: Tail): number {
    if (strength <= knee) return Math.min(1 - TAIL_SHARE, this.#ranks.shareBelow(strength));
    return 1 - TAIL_SHARE * Math.exp(-(strength - knee) / reach);
  }

  save(writer: StateWriter): void {
    this.#ranks.save(writer);
  }

  load(reader: StateReader): void {
    this.#ranks.load(reader);
  }
}

export interface Tail {
  readonly knee: number;
  readonly reach: number;
}

/** The share of calm readings that counting says nothing about. */
export const TAIL_SHARE = 0.01;
