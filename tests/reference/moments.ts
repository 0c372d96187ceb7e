import type { Aggregate } from '../../rules/rule.js';
import type { Reading } from './series.js';
import type { Source, Span } from './source.js';
import { type HeldOf, holdEnd, isSilentAt } from './time-weights.js';
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

/**
 * The next time at which a time-weighted function of a sliding window is worked out anew in any case. Long after
 * anything happened the window shows the same at every tick.
 */
export function nextTick(
  signal: Aggregate,
  source: Source,
  { after, gaps }: { after: number; gaps: readonly Span[] },
): number {
  const { window } = signal;
  if (window.kind !== 'sliding') return Number.POSITIVE_INFINITY;
  const happened = [
    ...source.readings.flatMap((reading) => [reading.step, holdEnd(reading, source, gaps)]),
    ...[...gaps, ...source.unknownSpans].flatMap(({ from, to }) => [from, to ?? from]),
  ];
  const tick = tickMs(window.overMs);
  const next = (Math.floor(after / tick) + 1) * tick;
  const isVarying = next <= Math.max(...happened.filter(Number.isFinite)) + window.overMs + tick;
  return isVarying ? next : Number.POSITIVE_INFINITY;
}

export function nextRunTick(after: number): number {
  return (Math.floor(after / RUN_TICK_MS) + 1) * RUN_TICK_MS;
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
  const moments = entries(signal, source);
  if (isTimeWeighted(signal)) {
    moments.push(...newBefores(signal, source));
    const newest = source.readings.findLast((reading) => passes(reading, signal.where));
    moments.push(lastTick(signal, now), ...holdEnds(newest ?? null, { source, gaps, pauses: [] }));
  }
  return Math.max(...moments.map((time) => afterGap(time, gaps)).filter((time) => time <= now));
}

/** In a gap there are no steps: what happens in one is seen at its end. */
export function afterGap(time: number, gaps: readonly Span[]): number {
  return gaps.find(({ from, to }) => from < time && time < (to ?? time))?.to ?? time;
}

function entries({ window, where }: Aggregate, { readings }: Source): number[] {
  if (window.kind === 'count') return readings.slice(-window.count).map(({ step }) => step);
  if (window.kind !== 'sliding') return [];
  return readings
    .filter((reading) => passes(reading, where))
    .filter(({ time, step }) => time > step - window.overMs)
    .flatMap(({ time, step }) => [step, time + window.overMs]);
}

/** When a reading that came too late for the window became the one just before it. */
function newBefores({ window, where }: Aggregate, { readings }: Source): number[] {
  if (window.kind !== 'sliding') return [];
  const { overMs } = window;
  const passing = readings.filter((reading) => passes(reading, where));
  return passing
    .filter(({ time, step, order }) => {
      const start = step - overMs;
      const isNewer = passing.some(
        (other) => other.order < order && other.time > time && other.time <= start,
      );
      return time <= start && !isNewer;
    })
    .map(({ step }) => step);
}

/** Time-weighted functions live in a run are worked out anew so often. */
const RUN_TICK_MS = 1000;

export function lastTick({ window }: Aggregate, now: number): number {
  const tick = window.kind === 'sliding' ? tickMs(window.overMs) : RUN_TICK_MS;
  return Math.floor(now / tick) * tick;
}

/** When the value of the newest reading stopped to hold: it was too old, or its signal became unknown. */
export function holdEnds(newest: Reading | null, of: HeldOf): number[] {
  if (newest === null) return [];
  const tooOld = holdEnd(newest, of.source, of.gaps);
  const ends = [tooOld, ...of.source.unknownSpans.map(({ from }) => from)];
  // It ended then only if it held just before.
  return ends.filter((end) => end <= tooOld && !isSilentAt(end - 1, of));
}
