/** Intervals that the median is taken of. */
const INTERVALS = 15;
/** With fewer nobody can say how often a topic sends: many send only when something happens. */
const INTERVALS_MIN = 5;
/** So many times its usual interval without a message is silence, ... */
const USUAL_INTERVALS = 10;
/** ... but never less than this: a hiccup of the network is no dead sensor. */
export const SILENT_MS_MIN = 5 * 60_000;

export interface PulseState {
  readonly last: number;
  readonly intervals: readonly number[];
  readonly isSilent: boolean;
}

/** How regularly messages come on one topic, and whether they have stopped. Times are engine time. */
export class Pulse {
  /** It has stopped, and that was noticed. */
  isSilent = false;
  #last = Number.NaN;
  readonly #intervals = new Float64Array(INTERVALS);
  #count = 0;

  /** Arrival of the newest message; `NaN`: none came yet. */
  get last(): number {
    return this.#last;
  }

  beat(now: number): void {
    if (now === this.#last) return;
    if (!Number.isNaN(this.#last)) {
      this.#intervals[this.#count % INTERVALS] = now - this.#last;
      this.#count += 1;
    }
    this.#last = now;
  }

  /** How long it may be quiet before it counts as silent, in ms; `null`: it is not known how often it sends. */
  get patienceMs(): number | null {
    const known = Math.min(this.#count, INTERVALS);
    if (known < INTERVALS_MIN) return null;
    const sorted = this.#intervals.slice(0, known).sort();
    return Math.max(USUAL_INTERVALS * (sorted[known >> 1] ?? 0), SILENT_MS_MIN);
  }

  save(): PulseState {
    const intervals = [...this.#intervals.slice(0, Math.min(this.#count, INTERVALS))];
    return { last: this.#last, intervals, isSilent: this.isSilent };
  }

  load({ last, intervals, isSilent }: PulseState): void {
    this.isSilent = isSilent;
    this.#last = last;
    this.#intervals.set(intervals);
    this.#count = intervals.length;
  }
}
