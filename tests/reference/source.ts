import type { Scalar } from '../../rules/reading.js';
import type { Reading } from './series.js';

/** A time in which a value did not hold; `to` is null while it goes on. */
export interface Span {
  readonly from: number;
  to: number | null;
}

/** What windows, `previous`, `changed` and `ewma` look at: an input, or the readings of a derived signal. */
export interface Source {
  /** Those in force, in order of (own time, arrival). */
  readonly readings: readonly Reading[];
  /** Every one that came, in order of arrival. */
  readonly came: readonly Reading[];
  /** Those that were not late, in order of arrival. */
  readonly onTime: readonly Reading[];
  /** How long a value holds at most. */
  readonly maxAgeMs: number | null;
  /** When its connection was down, in times that gaps do not move. */
  readonly standstills: readonly Span[];
  /** When its value was of a wrong kind, or the signal unknown. */
  readonly unknownSpans: readonly Span[];
}

/** The readings of a derived signal: one in each step in which a signal it is made of gives one and it is known. */
export class DerivedReadings implements Source {
  readonly readings: Reading[] = [];
  readonly unknownSpans: Span[] = [];
  readonly maxAgeMs = null;
  /** How many it had when its instance began. */
  countBefore = 0;
  readonly standstills = [];

  get came(): readonly Reading[] {
    return this.readings;
  }

  get onTime(): readonly Reading[] {
    return this.readings;
  }

  record(
    value: Scalar | null,
    { now, wall, turn, givesReading }: { now: number; wall: number; turn: number; givesReading: boolean },
  ): void {
    noteUnknown(this.unknownSpans, value === null, now);
    if (value === null || !givesReading) return;
    const order = this.readings.length;
    const times = { time: now, arrival: now, step: now, wall, turn, order };
    this.readings.push({ ...times, value, late: false, grace: 0, topic: '' });
  }
}

/** Opens or closes the last span. */
export function noteUnknown(spans: Span[], isUnknown: boolean, now: number): void {
  const open = spans.at(-1)?.to === null ? spans.at(-1) : undefined;
  if (isUnknown && open === undefined) spans.push({ from: now, to: null });
  if (!isUnknown && open !== undefined) open.to = now;
}
