/** Intervals that the median is taken of. */
const INTERVALS = 15;
/** With fewer nobody can say how often a topic sends: many send only when something happens. */
const INTERVALS_MIN = 5;
/** So many times its usual interval without a message is silence, ... */
const USUAL_INTERVALS = 10;
/** ... but never less than this: a hiccup of the network is no dead sensor. */
export const SILENT_MS_MIN = 5 * 60_000;

/** Numbers that a saved pulse takes: when it last beat, whether it is silent, how many intervals it had, and the last of these. */
export const PULSE_NUMBERS = 3 + INTERVALS;

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

  /** @param numbers have room for `PULSE_NUMBERS` from `at` on */
  save(numbers: Float64Array, at: number): void {
    numbers[at] = this.#last;
    numbers[at + 1] = this.isSilent ? 1 : 0;
    numbers[at + 2] = this.#count;
    numbers.set(this.#intervals, at + 3);
  }

  load(numbers: Float64Array, at: number): void {
    this.#last = numbers[at] ?? Number.NaN;
    this.isSilent = numbers[at + 1] === 1;
    this.#count = numbers[at + 2] ?? 0;
    this.#intervals.set(numbers.subarray(at + 3, at + PULSE_NUMBERS));
  }
}
