import type { ActiveSpan } from '../../rules/rule.js';
import { instantOf, localDayAt } from './local-time.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days tried around an instant: more than a week, so that every span of a schedule is among them. */
const DAYS_AROUND = 9;

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** When a rule is active, by the wall clock. */
export class Schedule {
  private readonly cache = new Map<string, Interval[]>();

  /** `null`: always. */
  constructor(private readonly spans: readonly ActiveSpan[] | null) {}

  get isAlways(): boolean {
    return this.spans === null;
  }

  isActiveAt(wall: number): boolean {
    return this.spans === null || this.around(wall).some(({ start, end }) => start <= wall && wall < end);
  }

  /** Since when it has been active without a break; `-Infinity` where it always is. */
  activeSince(wall: number): number {
    if (this.spans === null) return Number.NEGATIVE_INFINITY;
    let since = wall;
    for (;;) {
      const earlier = this.around(wall).filter(({ start, end }) => start < since && since <= end);
      if (earlier.length === 0) return since;
      since = Math.min(...earlier.map(({ start }) => start));
    }
  }

  /** The wall-clock times around at which a span starts or ends. */
  boundaries(wall: number): number[] {
    return this.spans === null ? [] : this.around(wall).flatMap(({ start, end }) => [start, end]);
  }

  private around(wall: number): Interval[] {
    return (this.spans ?? []).flatMap((span, index) => {
      const today = localDayAt(wall, span.timezone);
      const key = `${index} ${today}`;
      const found = this.cache.get(key) ?? intervalsAround(today, span);
      this.cache.set(key, found);
      return found;
    });
  }
}

function intervalsAround(today: number, { days, fromMinute, toMinute, timezone }: ActiveSpan): Interval[] {
  const around = Array.from({ length: 2 * DAYS_AROUND + 1 }, (_, index) => today - DAYS_AROUND + index);
  const at = (day: number, minute: number) => instantOf(day * DAY_MS + minute * MINUTE_MS, timezone).instant;
  return around
    .filter((day) => days.includes(weekdayOf(day)))
    .map((day) => ({
      start: at(day, fromMinute),
      end: at(toMinute <= fromMinute ? day + 1 : day, toMinute),
    }));
}

/** 0 is Monday; the epoch was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
