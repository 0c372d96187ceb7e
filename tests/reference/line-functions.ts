import type { Aggregate } from '../../rules/rule.js';
import { lineThrough } from './statistics.js';
import type { Frame } from './windows.js';

/** `predict`: the value of the line at `now` + `ahead`. */
export function predict({ aheadMs }: Aggregate, { readings }: Frame, now: number): number | null {
  if (readings.some(({ value }) => typeof value === 'string')) return null;
  return lineThrough(readings)?.valueAt(now + (aheadMs ?? 0)) ?? null;
}

/** `timeTo`: seconds until the line reaches the limit from its side; 0 at or beyond it. */
export function timeTo(
  signal: Aggregate,
  { readings }: Frame,
  at: { now: number; limit: number },
): number | null {
  if (readings.some(({ value }) => typeof value === 'string')) return null;
  const line = lineThrough(readings);
  if (line === null) return null;
  // From above, everything is mirrored.
  const side = signal.limit?.from === 'above' ? -1 : 1;
  const missing = side * (at.limit - line.valueAt(at.now));
  const perMs = side * line.perMs;
  if (missing <= 0) return 0;
  return perMs <= 0 ? null : missing / perMs / 1000;
}
