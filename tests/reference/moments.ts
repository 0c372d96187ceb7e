import type { Aggregate } from '../../rules/rule.js';
import type { Source, Span } from './source.js';
import { holdEnd } from './time-weights.js';
import { passes } from './windows.js';

export function isTimeWeighted({ function: name }: Aggregate): boolean {
  return name === 'timeAvg' || name === 'integral' || name === 'duty';
}

/** Worked out at certain moments only, and held in between. */
export function variesBetweenReadings(signal: Aggregate): boolean {
  return isTimeWeighted(signal) || isLineFunction(signal);
}

function isLineFunction({ function: name }: Aggregate): boolean {
  return name === 'predict' || name === 'timeTo';
}

/** The next time at which a time-weighted function of a sliding window is worked out anew in any case. */
export function nextTick({ window }: Aggregate, after: number): number {
  if (window.kind !== 'sliding') return Number.POSITIVE_INFINITY;
  const tick = tickMs(window.overMs);
  return (Math.floor(after / tick) + 1) * tick;
}

/** 60 times in the length of the window, at most once a second. */
function tickMs(overMs: number): number {
  return Math.max(Math.floor(overMs / 60), 1000);
}

/**
 * The time as of which an aggregate over a sliding or count window is worked out: now, except that functions
 * which vary between readings are worked out when a reading enters or leaves, and then hold, and time-weighted ones also at
 * ticks and when a hold ends.
 */
export function momentOf(
  signal: Aggregate,
  source: Source,
  { now, gaps }: { now: number; gaps: readonly Span[] },
): number {
  if (!variesBetweenReadings(signal)) return now;
  const moments = [
    ...entries(signal, source),
    ...(isTimeWeighted(signal) ? moreMoments(signal, source, { now, gaps }) : []),
  ];
  const afterGaps = moments.map(
    (time) => gaps.find(({ from, to }) => from < time && time < (to ?? time))?.to ?? time,
  );
  return Math.max(...afterGaps.filter((time) => time <= now));
}

function entries({ window, where }: Aggregate, { readings }: Source): number[] {
  if (window.kind === 'count') return readings.slice(-window.count).map(({ step }) => step);
  if (window.kind !== 'sliding') return [];
  return readings
    .filter((reading) => passes(reading, where))
    .filter(({ time, step }) => time > step - window.overMs)
    .flatMap(({ time, step }) => [step, time + window.overMs]);
}

function moreMoments(
  { window }: Aggregate,
  source: Source,
  { now, gaps }: { now: number; gaps: readonly Span[] },
): number[] {
  const tick = window.kind === 'sliding' ? tickMs(window.overMs) : 1000;
  return [
    Math.floor(now / tick) * tick,
    ...source.readings.map((reading) => holdEnd(reading, source, gaps)),
    ...source.unknownSpans.map(({ from }) => from),
  ];
}
