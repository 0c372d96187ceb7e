import type { Aggregate } from '../../rules/rule.js';
import type { Reading } from './series.js';
import type { Source, Span } from './source.js';
import { dueAfter, merged } from './standstills.js';
import type { Frame } from './windows.js';

/** One value over a stretch of the window. */
interface Held {
  readonly value: number;
  readonly ms: number;
}

/** What a time-weighted function looks at beside the window: the source's values, and when none counts. */
export interface HeldOf {
  readonly source: Source;
  readonly gaps: readonly Span[];
  /** Further times that do not count: in a run, those in which its condition was unknown. */
  readonly pauses: readonly Span[];
}

/**
 * `timeAvg`, `integral` or `duty`: every value holds until the next reading, at most its greatest age, and not
 * while its signal is unknown or the engine saw nothing.
 */
export function timeWeighted(
  signal: Aggregate,
  frame: Frame,
  { source, gaps }: { source: Source; gaps: readonly Span[] },
): number | null {
  const of = { source, gaps, pauses: frame.pauses };
  const readings = frame.before === null ? frame.timeline : [frame.before, ...frame.timeline];
  if (readings.some(({ value }) => typeof value === 'string')) return null;
  const held = readings.flatMap((reading, index) => {
    const next = readings[index + 1]?.time ?? frame.to;
    const until = Math.min(next, holdEnd(reading, of.source, of.gaps), frame.to);
    const from = Math.max(reading.time, frame.from);
    const ms = lengthWithout({ from, to: until }, silentSpans(of));
    return ms > 0 ? [{ value: weighedValue(signal, reading), ms }] : [];
  });
  if (held.length > 0) return ofTime(signal, held);
  if (signal.function === 'integral') return 0;
  const itself = frame.timeline.at(-1) ?? stillHeld(frame, of);
  return itself === null ? null : weighedValue(signal, itself);
}

/** The value from before the window, if it holds at its end. */
function stillHeld({ before, to }: Frame, of: HeldOf): Reading | null {
  return before !== null && isHeldAt(before, to, of) ? before : null;
}

/** Does the value of the newest reading hold from a time on? */
export function isHeldAt(newest: Reading, at: number, of: HeldOf): boolean {
  return at < holdEnd(newest, of.source, of.gaps) && !isSilentAt(at, of);
}

/** Is the time from `at` on one that does not count? */
export function isSilentAt(at: number, of: HeldOf): boolean {
  return silentSpans(of).some(({ from, to }) => from <= at && at < (to ?? Number.POSITIVE_INFINITY));
}

function silentSpans({ gaps, source, pauses }: HeldOf): Span[] {
  return [...gaps, ...source.unknownSpans, ...pauses];
}

/** When the value of a reading is too old; in gaps, and while its connection is down, it gets no older. */
export function holdEnd({ time }: Reading, { maxAgeMs, standstills }: Source, gaps: readonly Span[]): number {
  if (maxAgeMs === null) return Number.POSITIVE_INFINITY;
  return dueAfter(time, maxAgeMs, merged([...gaps, ...standstills]));
}

function ofTime({ function: name, perMs }: Aggregate, held: readonly Held[]): number {
  const weighted = held.reduce((total, { value, ms }) => total + value * ms, 0);
  const length = held.reduce((total, { ms }) => total + ms, 0);
  return name === 'integral' ? weighted / perMs : weighted / length;
}

function weighedValue({ function: name }: Aggregate, { value }: Reading): number {
  if (name === 'duty') return Number(value) === 0 ? 0 : 1;
  return Number(value);
}

/** The length of a stretch without the spans cut out of it, which may overlap. */
function lengthWithout(stretch: { from: number; to: number }, spans: readonly Span[]): number {
  let pieces = [stretch];
  for (const { from, to } of spans) {
    pieces = pieces.flatMap((piece) => [
      { from: piece.from, to: Math.min(piece.to, from) },
      { from: Math.max(piece.from, to ?? Number.POSITIVE_INFINITY), to: piece.to },
    ]);
    pieces = pieces.filter((piece) => piece.to > piece.from);
  }
  return pieces.reduce((total, piece) => total + Math.max(piece.to - piece.from, 0), 0);
}
