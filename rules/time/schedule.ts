import type { ActiveSpan } from '../rule.js';
import { Zone } from './zone.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * DAY_MS;
/** More than a week, so that the next start or end of every span is among the days looked at. */
const DAYS_AHEAD = 8;
/** A span of yesterday may reach into today. */
const DAYS_BACK = 2;

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** When a rule is active, by the wall clock: the union of its spans, each [start, end). */
export class Schedule {
  readonly #spans: readonly { readonly span: ActiveSpan; readonly zone: Zone }[];
  /** The spans around the day last asked for, by start. */
  #intervals: readonly Interval[] = [];
  #day = Number.NaN;

  constructor(spans: readonly ActiveSpan[]) {
    this.#spans = spans.map((span) => ({ span, zone: new Zone(span.timezone) }));
  }

  /** Since when it has been active without a break, -Infinity if for more than a week; `null`: it is not active. */
  activeSince(wall: number): number | null {
    let since: number | null = null;
    for (const { start, end } of this.#around(wall)) {
      if (start <= wall && wall < end && (since === null || start < since)) since = start;
    }
    return since === null ? null : this.#unbroken(since, wall - WEEK_MS);
  }

  /** The next wall-clock time at which a span starts or ends; `Infinity` if there is none. */
  nextChange(wall: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { start, end } of this.#around(wall)) {
      if (start > wall && start < next) next = start;
      if (end > wall && end < next) next = end;
    }
    return next;
  }

  /** Goes back over spans that touch. */
  #unbroken(since: number, oldest: number): number {
    if (since < oldest) return Number.NEGATIVE_INFINITY;
    const before = this.#around(since).filter(({ start, end }) => start < since && since <= end);
    if (before.length === 0) return since;
    return this.#unbroken(Math.min(...before.map(({ start }) => start)), oldest);
  }

  #around(wall: number): readonly Interval[] {
    const day = Math.floor(wall / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#intervals = this.#spans.flatMap(({ span, zone }) => intervals(span, zone, day));
    }
    return this.#intervals;
  }
}

function intervals({ days, fromMinute, toMinute }: ActiveSpan, zone: Zone, today: number): Interval[] {
  const at = (day: number, minute: number) => zone.instantOf(day * DAY_MS + minute * MINUTE_MS).instant;
  const found: Interval[] = [];
  for (let day = today - DAYS_BACK; day <= today + DAYS_AHEAD; day++) {
    if (!days.includes(weekday(day))) continue;
    found.push({ start: at(day, fromMinute), end: at(toMinute <= fromMinute ? day + 1 : day, toMinute) });
  }
  return found;
}

/** 0 is Monday; the epoch was a Thursday. */
function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
