import {
  decimalPowerOf,
  firstAtOrAfter,
  inTimeOrder,
  type Readings,
  type Summary,
  summaryWithin,
} from './readings.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** What is known of the readings of each minute in which there are any, by the minute's number since the epoch. */
export type MinuteSummaries = Map<number, Summary>;

/** Equal spans of time, one of which begins at `origin`. */
export interface Grid {
  readonly widthMs: number;
  readonly origin: number;
}

const MINUTES: Grid = { widthMs: MINUTE_MS, origin: 0 };

/** Costs one pass, and sorting where readings did not arrive in order. */
export function minuteSummaries(readings: Readings): MinuteSummaries {
  return summariesBy(MINUTES, readings);
}

/** What is known of the readings of each span in which there are any, by its place; that which begins at the origin has 0. */
export function summariesBy(grid: Grid, readings: Readings): Map<number, Summary> {
  const ordered = inTimeOrder(readings);
  const { times } = ordered;
  const power = decimalPowerOf(ordered);
  const summaries = new Map<number, Summary>();
  for (let start = 0; start < times.length; ) {
    const place = placeIn(grid, times[start] ?? 0);
    const end = firstAtOrAfter(times, grid.origin + (place + 1) * grid.widthMs, start);
    summaries.set(place, summaryWithin(ordered, { start, end, power }));
    start = end;
  }
  return summaries;
}

export function placeIn({ widthMs, origin }: Grid, time: number): number {
  return Math.floor((time - origin) / widthMs);
}

/** Of both together; where times are equal, those of `b` arrived after those of `a`. */
export function mergedSummary(a: Summary, b: Summary): Summary {
  const isFirstOfA = a.firstTime <= b.firstTime;
  const isLastOfA = a.lastTime > b.lastTime;
  return {
    count: a.count + b.count,
    firstTime: Math.min(a.firstTime, b.firstTime),
    lastTime: Math.max(a.lastTime, b.lastTime),
    min: either(Math.min, a.min, b.min),
    max: either(Math.max, a.max, b.max),
    sum: either((x, y) => x + y, a.sum, b.sum),
    first: isFirstOfA ? a.first : b.first,
    last: isLastOfA ? a.last : b.last,
  };
}

function either(merge: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : merge(a, b);
}

/** Adds the minutes of `more`, whose readings arrived later, to those that are known. */
export function mergeMinutes(minutes: MinuteSummaries, more: MinuteSummaries): void {
  for (const [minute, summary] of more) {
    const known = minutes.get(minute);
    minutes.set(minute, known === undefined ? summary : mergedSummary(known, summary));
  }
}

/** Of all of them together; at least one. */
export function totalOf(minutes: MinuteSummaries): Summary {
  return [...minutes.values()].reduce(mergedSummary);
}
