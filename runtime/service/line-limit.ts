import type { Clock, Timer } from '../clock.js';

/** What is written again within this time is counted instead. */
const SPAN_MS = 60_000;
/** Lines in that time; what comes beyond is counted too. */
const LINES_MAX = 300;

interface Repeated {
  count: number;
  /** Writes how often it came. */
  readonly tell: (count: number) => void;
}

/**
 * Keeps a log readable, and the disk it is on from filling up: in each minute a line is written once, and at most 300 of
 * them. At the end of the minute follows how many more there were.
 */
export class LineLimit {
  readonly #clock: Clock;
  /** Those of this minute. */
  readonly #lines = new Map<string, Repeated>();
  readonly #tellOthers: (count: number) => void;
  #begin = Number.NEGATIVE_INFINITY;
  #others = 0;
  #timer: Timer | null = null;

  /** @param tellOthers writes how many lines were left out that had not come before */
  constructor(clock: Clock, tellOthers: (count: number) => void) {
    this.#clock = clock;
    this.#tellOthers = tellOthers;
  }

  /**
   * Whether a line is to be written.
   *
   * @param tell writes how often it came beside that
   */
  passes(line: string, tell: (count: number) => void): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#begin >= SPAN_MS) this.finish();
    if (this.#lines.size === 0) this.#begin = now;
    const known = this.#lines.get(line);
    if (known === undefined && this.#lines.size < LINES_MAX) {
      this.#lines.set(line, { count: 0, tell });
      return true;
    }
    if (known === undefined) this.#others += 1;
    else known.count += 1;
    // Only now is there something to tell: a clock that runs keeps the program running.
    this.#timer ??= this.#clock.schedule(this.#begin + SPAN_MS - now, () => this.finish());
    return false;
  }

  /** Ends the minute: tells what is left to tell. */
  finish(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const repeated = [...this.#lines.values()].filter(({ count }) => count > 0);
    this.#lines.clear();
    for (const { count, tell } of repeated) tell(count);
    if (this.#others > 0) this.#tellOthers(this.#others);
    this.#others = 0;
  }
}
