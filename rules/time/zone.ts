const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The clocks of one time zone, by the tables of the runtime (`Intl`). Times are epoch ms, UTC. */
export class Zone {
  /** `null`: it is UTC, by far the most frequent one, for which nothing has to be looked up. */
  readonly #format: Intl.DateTimeFormat | null;
  /** Offset of the last instant asked for, good until the next full quarter hour: no zone changes elsewhere. */
  #cachedQuarter = Number.NaN;
  #cachedOffset = 0;

  constructor(readonly name: string) {
    this.#format = name === 'UTC' ? null : formatOf(name);
  }
  /** Local time − UTC at an instant, in ms. */
  offsetAt(instant: number): number {
    if (this.#format === null) return 0;
    const quarter = Math.floor(instant / (15 * MINUTE_MS));
    if (quarter !== this.#cachedQuarter) {
      this.#cachedQuarter = quarter;
      this.#cachedOffset = offsetOf(this.#format, quarter * 15 * MINUTE_MS);
    }
    return this.#cachedOffset;
  }

  /** What the local clock shows, as if it were UTC. */
  localAt(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /**
   * The first instant at which the local clock shows `local` (as if it were UTC), or, where the clock skips it, the
   * instant it jumps.
   */
  instantOf(local: number): { readonly instant: number; readonly isSkipped: boolean } {
    // The offsets a day before and after cover the change, if there is one; the larger one comes first.
    const before = this.offsetAt(local - DAY_MS);
    const after = this.offsetAt(local + DAY_MS);
    for (const offset of [Math.max(before, after), Math.min(before, after)]) {
      const instant = local - offset;
      if (this.offsetAt(instant) === offset) return { instant, isSkipped: false };
    }
    return {
      instant: this.#jumpBetween(local - Math.max(before, after), local - Math.min(before, after)),
      isSkipped: true,
    };
  }

  /** The instant in (from, to] from which on the offset is that of `to`. */
  #jumpBetween(from: number, to: number): number {
    const target = this.offsetAt(to);
    let low = Math.floor(from / MINUTE_MS);
    let high = Math.ceil(to / MINUTE_MS);
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.offsetAt(middle * MINUTE_MS) === target) high = middle;
      else low = middle;
    }
    return high * MINUTE_MS;
  }
}

function offsetOf(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(instant / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
