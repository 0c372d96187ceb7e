import { median } from 'simple-statistics';
import { BLOCKS_KEPT } from './block-history.js';
import { fitRobustLine, type RobustLine } from './robust-line.js';

export interface FittedLine {
  readonly line: RobustLine;
  /** Where it ends and how long it is, in time. */
  readonly end: number;
  readonly spanMs: number;
  /** Whether it is a trend at all. */
  readonly isSignificant: boolean;
}

/**
 * The line that says most about what comes next: through the whole history, if the last part of it is still on that line;
 * wear often starts late and speeds up, so otherwise through the last half, and so on.
 *
 * @param times ascending; at least `POINTS_MIN`
 */
export function clearestLine(times: Float64Array, values: Float64Array): FittedLine | null {
  for (let from = 0; ; from += Math.ceil((times.length - from) / 2)) {
    const fitted = fitFrom(from, times, values);
    if (fitted === null || times.length - from < 2 * POINTS_MIN) return fitted;
    if (isStillOn(fitted.line, times.subarray(from), values.subarray(from))) return fitted;
  }
}

/** Whether the last quarter of the points is about the line, and not all to one side of it. */
function isStillOn({ slope, level, spread }: RobustLine, times: Float64Array, values: Float64Array): boolean {
  const end = times[times.length - 1] ?? 0;
  const count = Math.floor(times.length / 4);
  const beside = Array.from({ length: count }, (_, index) => {
    const at = times.length - count + index;
    return (values[at] ?? 0) - level - slope * ((times[at] ?? 0) - end);
  });
  // A smooth signal leaves no spread: what is less than the line's own rise in a block does not count.
  const tolerance = Math.max(spread, Math.abs(slope * (end - (times[0] ?? 0))) / times.length);
  return Math.abs(median(beside)) <= (BESIDE_DEVIATIONS * tolerance) / Math.sqrt(count);
}

function fitFrom(from: number, times: Float64Array, values: Float64Array): FittedLine | null {
  const own = times.subarray(from);
  const end = own[own.length - 1] ?? 0;
  const spanMs = end - (own[0] ?? 0);
  if (spanMs <= 0) return null;
  const line = fitRobustLine(own, values.subarray(from));
  const isSignificant = line.steadiness >= STEADINESS_MIN && line.slopeLow * line.slopeHigh > 0;
  return { line, end, spanMs, isSignificant };
}

/** Eight points that all rise have a steadiness of 3.3. */
export const POINTS_MIN = BLOCKS_KEPT;
/** Of points without a trend, one fit in a thousand; there are up to four fits. */
const STEADINESS_MIN = 3.1;
/** The middle of points about a line is seldom farther beside it. */
const BESIDE_DEVIATIONS = 3;
