import type { Aggregate } from '../../rules/rule.js';
import type { Reading } from './series.js';
import type { Source, Span } from './source.js';
import type { Frame } from './windows.js';

/** One value over a stretch of the window. */
interface Held {
  readonly value: number;
  readonly ms: number;
}

/**
 * `timeAvg`, `integral` or `duty`: every value holds until the next reading, at most its greatest age, and not
 * while its signal is unknown or the engine saw nothing.
 */
export function timeWeighted(
  signal: Aggregate,
  frame: Frame,
  source: Source,
  gaps: readonly Span[],
): number | null {
  const readings = frame.before === null ? frame.readings : [frame.before, ...frame.readings];
  if (readings.some(({ value }) => typeof value === 'string')) return null;
  const held = readings.flatMap((reading, index) => {
    const next = readings[index + 1]?.time ?? frame.to;
    const until = Math.min(next, holdEnd(reading, source, gaps), frame.to);
    const from = Math.max(reading.time, frame.from);
    const ms = lengthWithout({ from, to: until }, [...gaps, ...source.unknownSpans]);
    return ms > 0 ? [{ value: weighedValue(signal, reading), ms }] : [];
  });
  const newest = frame.readings.at(-1);
  if (held.length === 0) return ofNoTime(signal, newest);
  return ofTime(signal, held);
}

/** When the value of a reading is too old; the time of a gap does not count. */
export function holdEnd({ time }: Reading, { maxAgeMs }: Source, gaps: readonly Span[]): number {
  if (maxAgeMs === null) return Number.POSITIVE_INFINITY;
  return gaps.reduce((end, gap) => {
    const isInside = gap.to !== null && gap.from >= time && gap.from < end;
    return isInside ? end + ((gap.to ?? gap.from) - gap.from) : end;
  }, time + maxAgeMs);
}

function ofTime({ function: name, perMs }: Aggregate, held: readonly Held[]): number {
  const weighted = held.reduce((total, { value, ms }) => total + value * ms, 0);
  const length = held.reduce((total, { ms }) => total + ms, 0);
  return name === 'integral' ? weighted / perMs : weighted / length;
}

/** Nothing was held yet: the value itself. */
function ofNoTime(signal: Aggregate, newest: Reading | undefined): number | null {
  if (signal.function === 'integral') return 0;
  return newest === undefined ? null : weighedValue(signal, newest);
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
