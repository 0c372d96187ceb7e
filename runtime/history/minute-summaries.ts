import { between, inTimeOrder, type Readings, type Summary, summaryOf } from './readings.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** What is known of the readings of each minute in which there are any, by the minute's number since the epoch. */
export type MinuteSummaries = Map<number, Summary>;

/** Costs one pass, and sorting where readings did not arrive in order. */
export function minuteSummaries(readings: Readings): MinuteSummaries {
  const ordered = inTimeOrder(readings);
  const minutes: MinuteSummaries = new Map();
  const last = ordered.times.at(-1) ?? Number.NEGATIVE_INFINITY;
  for (let time = ordered.times[0]; time !== undefined && time <= last; ) {
    const minute = Math.floor(time / MINUTE_MS);
    const end = (minute + 1) * MINUTE_MS;
    const within = between(ordered, minute * MINUTE_MS, end - 1);
    minutes.set(minute, summaryOf(within));
    time = between(ordered, end, last).times[0];
  }
  return minutes;
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
