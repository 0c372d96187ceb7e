import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import type { Episode } from './episode.js';

/** The stretch of time that a bar shows, epoch ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts a stretch of time into `width` cells and gives the highest severity in each, or `null`. An alert shorter than a
 * cell still has one: the bar is there to show that something happened.
 */
export function timelineCells(
  episodes: readonly Episode[],
  range: TimeRange,
  width: number,
): (Severity | null)[] {
  const cells: (Severity | null)[] = Array.from({ length: width }, () => null);
  const cellOf = (time: number) => {
    const share = range.to > range.from ? (time - range.from) / (range.to - range.from) : 0;
    return Math.min(width - 1, Math.max(0, Math.floor(share * width)));
  };
  for (const episode of episodes) {
    for (const [index, { severity, from }] of episode.severities.entries()) {
      const to = episode.severities[index + 1]?.from ?? episode.to ?? range.to;
      // The end is the first instant without: a span that ends where a cell begins does not colour that cell.
      const last = Math.max(cellOf(from), to > from ? cellOf(to - 1) : 0);
      for (let cell = cellOf(from); cell <= last; cell += 1) {
        cells[cell] = higher(cells[cell] ?? null, severity);
      }
    }
  }
  return cells;
}

function higher(a: Severity | null, b: Severity): Severity {
  return a !== null && SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}
