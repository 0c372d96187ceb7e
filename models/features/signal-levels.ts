/** Where the levels of a signal were in all lives of a training; null: no life was long enough to have one. */
export type LevelRange = { readonly low: number; readonly high: number } | null;

export interface SignalLevelsState {
  readonly means: Float64Array;
  readonly counts: Float64Array;
}

/** A level follows its signal within so many rows. */
const FOLLOWING_ROWS = 100;
/** A mean of fewer is no level. */
const ROWS_MIN = 30;

/**
 * The levels of some signals in one machine's life: means that follow slowly (EWMA; Roberts, "Control chart tests based on
 * geometric moving averages", 1959). They move where single values are as they always were: another sensor, another season.
 */
export class SignalLevels {
  readonly #means: Float64Array;
  readonly #counts: Float64Array;

  constructor(private readonly width: number) {
    this.#means = new Float64Array(width);
    this.#counts = new Float64Array(width);
  }

  /** Takes the next row; unknown values (NaN) leave levels as they are. */
  add(signals: Float64Array): void {
    for (let signal = 0; signal < this.width; signal++) {
      const value = signals[signal] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const count = Math.min(FOLLOWING_ROWS, (this.#counts[signal] ?? 0) + 1);
      const mean = this.#means[signal] ?? 0;
      this.#counts[signal] = count;
      this.#means[signal] = mean + (value - mean) / count;
    }
  }

  /** NaN: of too few values so far. */
  of(signal: number): number {
    return (this.#counts[signal] ?? 0) < ROWS_MIN ? Number.NaN : (this.#means[signal] ?? 0);
  }

  /** Whether each is where the training knew it, as far as it knew any. */
  areWithin(ranges: readonly LevelRange[]): boolean {
    for (let signal = 0; signal < this.width; signal++) {
      const range = ranges[signal] ?? null;
      const level = this.of(signal);
      if (range !== null && (level < range.low || level > range.high)) return false;
    }
    return true;
  }

  restart(): void {
    this.#means.fill(0);
    this.#counts.fill(0);
  }

  save(): SignalLevelsState {
    return { means: this.#means.slice(), counts: this.#counts.slice() };
  }

  load({ means, counts }: SignalLevelsState): void {
    this.#means.set(means);
    this.#counts.set(counts);
  }
}

/**
 * So far beyond, in ranges of what the training saw, a level is another: levels of healthy and of worn machines are in that
 * range, and one that wears out in a way of its own goes beyond it just when it matters.
 */
const MARGIN = 1;

/** Finds where levels are, from all rows of all lives. */
export class LevelBounds {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(width: number) {
    this.#low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
    this.#high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  }

  see(levels: SignalLevels): void {
    for (let signal = 0; signal < this.#low.length; signal++) {
      const level = levels.of(signal);
      if (level < (this.#low[signal] ?? 0)) this.#low[signal] = level;
      if (level > (this.#high[signal] ?? 0)) this.#high[signal] = level;
    }
  }

  ranges(): LevelRange[] {
    return Array.from(this.#low, (low, signal) => {
      const high = this.#high[signal] ?? 0;
      const margin = MARGIN * (high - low);
      // One that never moved by itself says nothing of how far is far; and infinity has no place in JSON.
      if (!(margin > 0) || !Number.isFinite(margin)) return null;
      return { low: shortened(low - margin), high: shortened(high + margin) };
    });
  }
}

function shortened(bound: number): number {
  return Number(bound.toPrecision(7));
}
