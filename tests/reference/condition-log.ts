import type { Truth } from './truth.js';

/** What a condition was in one step. */
export interface Entry {
  /** When the step was, moved along by gaps. */
  at: number;
  readonly state: Truth;
  /** Stands in for the state where that is unknown and the rule holds. */
  readonly held: boolean;
}

/** Every step since a condition began to be evaluated, in order. */
export class ConditionLog {
  readonly entries: Entry[] = [];

  get latest(): Entry | undefined {
    return this.entries.at(-1);
  }

  get lastKnown(): boolean | null {
    return this.entries.findLast((entry) => entry.state !== null)?.state ?? null;
  }

  /** The steps in which it was true, and was false when it was last known or was never known before. */
  get rises(): { index: number; at: number }[] {
    let known: boolean | null = null;
    const rises = [];
    for (const [index, { at, state }] of this.entries.entries()) {
      if (state === true && known !== true) rises.push({ index, at });
      known = state ?? known;
    }
    return rises;
  }

  /** When it last became true, if it has not been false since. */
  get trueSince(): number | null {
    const fall = this.entries.findLastIndex((entry) => entry.state === false);
    return this.rises.find((rise) => rise.index > fall)?.at ?? null;
  }

  /** Every time at which it was no longer true after it was true. */
  get ends(): number[] {
    return this.entries.flatMap(({ at, state }, index) =>
      index > 0 && state !== true && this.entries[index - 1]?.state === true ? [at] : [],
    );
  }

  shift(byMs: number): void {
    for (const entry of this.entries) entry.at += byMs;
  }
}
