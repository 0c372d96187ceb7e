import type { Window } from '../../rules/rule.js';
import { instantOf, localDayAt } from './local-time.js';

type Aligned = Extract<Window, { kind: 'aligned' }>;

const DAY_MS = 86_400_000;

const known = new WeakMap<Aligned, Boundaries>();

/** The same for every instance: working out local days takes its time. */
export function boundariesOf(window: Aligned): Boundaries {
  const found = known.get(window) ?? new Boundaries(window);
  known.set(window, found);
  return found;
}

/** The boundaries of an aligned window, by the wall clock. */
export class Boundaries {
  private readonly cache = new Map<number, number[]>();

  constructor(private readonly window: Aligned) {}

  /** Those in (`after`, `until`]; of a long time only the last few. */
  within(after: number, until: number): number[] {
    const { everyMs, timezone } = this.window;
    const from = Math.max(after, until - (timezone === null ? 2 * everyMs : 3 * DAY_MS));
    if (timezone === null) {
      const first = Math.floor(from / everyMs) + 1;
      const count = Math.max(Math.floor(until / everyMs) - first + 1, 0);
      return Array.from({ length: count }, (_, index) => (first + index) * everyMs);
    }
    const days = [localDayAt(from, timezone), localDayAt(until, timezone)];
    const boundaries: number[] = [];
    for (let day = (days[0] ?? 0) - 1; day <= (days[1] ?? 0) + 1; day += 1) {
      boundaries.push(...this.ofDay(day, timezone));
    }
    return boundaries.filter((boundary) => boundary > from && boundary <= until);
  }

  /** Where the window begins that ends at one of them: `over` before it, or at the one before. */
  startOf(boundary: number): number {
    const { overMs } = this.window;
    return overMs === null
      ? (this.within(Number.NEGATIVE_INFINITY, boundary - 1).at(-1) ?? boundary)
      : boundary - overMs;
  }

  /** The next one after a time. */
  next(after: number): number {
    const { everyMs, timezone } = this.window;
    const ahead = timezone === null ? everyMs : 3 * DAY_MS;
    return this.within(after, after + ahead)[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Where the local clock shows a multiple of `every` since midnight; skipped ones are left out. */
  private ofDay(day: number, timezone: string): number[] {
    const found = this.cache.get(day);
    if (found !== undefined) return found;
    const boundaries = Array.from({ length: DAY_MS / this.window.everyMs }, (_, index) =>
      instantOf(day * DAY_MS + index * this.window.everyMs, timezone),
    );
    const shown = boundaries.filter(({ isSkipped }) => !isSkipped).map(({ instant }) => instant);
    this.cache.set(day, shown);
    return shown;
  }
}
