import type { Aggregate, ConstantComparison } from '../../rules/rule.js';
import { compare } from './comparisons.js';
import type { Reading } from './series.js';
import type { Source, Span } from './source.js';

/** What an aggregate is worked out over. */
export interface Frame {
  /** In order of (own time, arrival); those that do not pass `where` left out. */
  readonly readings: readonly Reading[];
  /** The newest that passes and is older than the window's. */
  readonly before: Reading | null;
  /** Those whose values time-weighted functions see: in a run also those that came while its condition was unknown. */
  readonly timeline: readonly Reading[];
  /** The times that do not count for them: in a run those in which its condition was unknown. */
  readonly pauses: readonly Span[];
  /** The stretch of own time that time-weighted functions look at. */
  readonly from: number;
  readonly to: number;
}

/** The window at `now`; `null` where `full` or `minCount` make it unknown. */
export function slidingFrame(
  signal: Aggregate,
  source: Source,
  { overMs, now }: { overMs: number; now: number },
): Frame | null {
  if (signal.full && !isFullAt(signal, source, { overMs, now })) return null;
  const start = now - overMs;
  return frame(signal, {
    within: source.readings.filter((reading) => reading.time > start),
    older: source.readings.filter((reading) => reading.time <= start),
    from: start,
    to: now,
  });
}

export function countFrame(signal: Aggregate, source: Source, count: number): Frame | null {
  if (signal.full && source.came.length < count) return null;
  const start = Math.max(source.readings.length - count, 0);
  const [within, older] = [source.readings.slice(start), source.readings.slice(0, start)];
  return frame(signal, { within, older, from: 0, to: 0 });
}

/** The readings in [start, boundary). */
export function alignedFrame(
  signal: Aggregate,
  source: Source,
  { start, boundary }: { start: number; boundary: number },
): Frame | null {
  const overMs = boundary - start;
  if (signal.full && !isFullAt(signal, source, { overMs, now: boundary })) return null;
  return frame(signal, {
    within: source.readings.filter((reading) => reading.time >= start && reading.time < boundary),
    older: source.readings.filter((reading) => reading.time < start),
    from: start,
    to: boundary,
  });
}

/** The window of some readings of the source: a session, or the run of a condition. */
export function chosenFrame(
  signal: Aggregate,
  source: Source,
  { chosen, from, to }: { chosen: readonly Reading[]; from: number; to: number },
): Frame | null {
  const first = source.readings.find((reading) => chosen.includes(reading));
  const older = first === undefined ? [] : source.readings.slice(0, source.readings.indexOf(first));
  const within = source.readings.filter((reading) => chosen.includes(reading));
  return frame(signal, { within, older, from, to });
}

/** What had come by the step of a time; nothing that was on its way then. */
export function knownAt(
  { readings, came, onTime, maxAgeMs, standstills, unknownSpans }: Source,
  hadCome: (reading: Reading) => boolean,
): Source {
  return {
    readings: readings.filter(hadCome),
    came: came.filter(hadCome),
    onTime,
    maxAgeMs,
    standstills,
    unknownSpans,
  };
}

export function passes({ value }: Reading, where: readonly ConstantComparison[]): boolean {
  return where.every(
    (comparison) =>
      compare({ value, comparison, deadband: 0, wasTrue: false, operandOf: () => null }) === true,
  );
}

function frame(
  { where, minCount }: Aggregate,
  cut: { within: readonly Reading[]; older: readonly Reading[]; from: number; to: number },
): Frame | null {
  const readings = cut.within.filter((reading) => passes(reading, where));
  const before = cut.older.filter((reading) => passes(reading, where)).at(-1) ?? null;
  if (minCount !== null && readings.length < minCount) return null;
  return { readings, before, timeline: readings, pauses: [], from: cut.from, to: cut.to };
}

/** The first reading that passes is at least so old. */
function isFullAt(
  { where }: Aggregate,
  { came }: Source,
  { overMs, now }: { overMs: number; now: number },
): boolean {
  const first = came.find((reading) => passes(reading, where));
  return first !== undefined && now >= first.time + overMs;
}
