import { DAY_MS } from './chunk-table.js';
import type { TimeRange } from './history-reader.js';
import type { Grid } from './minute-summaries.js';

/** Days, counted from the epoch, of which there is something. */
export interface StoredDays {
  readonly first: number;
  readonly last: number;
}

export interface DayCuts {
  readonly grid: Grid;
  /** Before and behind these a part may be of any length. */
  readonly days: StoredDays;
  /** Whether a range may be cut before this time. */
  readonly isCut?: (time: number) => boolean;
}

/**
 * A range in parts of about a day, none of which ends within a span of the grid. What is stored of a day lies together: of
 * many series it is read a day after the other, as series by series all of the file would be gone through for each.
 */
export function* dayParts(
  { from, to }: TimeRange,
  { grid, days, isCut = () => true }: DayCuts,
): Generator<TimeRange> {
  const length = grid.widthMs * Math.ceil(DAY_MS / grid.widthMs);
  const first = Math.max(from, days.first * DAY_MS);
  const last = Math.min(to, (days.last + 1) * DAY_MS);
  let start = from;
  let next = grid.origin + (Math.floor((first - grid.origin) / length) + 1) * length;
  for (; next <= last; next += length) {
    if (!isCut(next)) continue;
    yield { from: start, to: next - 1 };
    start = next;
  }
  if (start <= to) yield { from: start, to };
}
