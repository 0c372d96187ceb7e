import type { FittedLine } from './trend-line.js';

/** When a line reaches a limit, in seconds from now, and between when and when with about nine chances in ten. */
export interface Crossing {
  readonly seconds: number;
  readonly low: number;
  /** null: perhaps never. */
  readonly high: number | null;
}

export interface CrossingQuestion {
  readonly fitted: FittedLine;
  /** Now. */
  readonly time: number;
  readonly limit: number;
  /** 1: the signal comes from below the limit; -1: from above. */
  readonly side: number;
}

/** null: it is not on its way to the limit, as far as one can tell, or so far from it that this is no forecast. */
export function crossingOf({ fitted, time, limit, side }: CrossingQuestion): Crossing | null {
  const { line, end, spanMs, isSignificant } = fitted;
  const distance = (limit - line.level) * side;
  if (distance <= 0) return REACHED;
  const slope = line.slope * side;
  if (!isSignificant || slope <= 0) return null;
  const steepest = Math.max(line.slopeLow * side, line.slopeHigh * side);
  const flattest = Math.min(line.slopeLow * side, line.slopeHigh * side);
  const reach = NINETY_PERCENT * line.levelError;
  const waited = time - end;
  const msLeft = distance / slope - waited;
  if (msLeft > spanMs * SPANS_AHEAD) return null;
  const msLow = Math.max(0, distance - reach) / steepest - waited;
  const msHigh = flattest > 0 ? (distance + reach) / flattest - waited : Number.POSITIVE_INFINITY;
  return {
    seconds: secondsOf(msLeft),
    low: secondsOf(msLow),
    high: Number.isFinite(msHigh) ? secondsOf(msHigh) : null,
  };
}

const REACHED: Crossing = { seconds: 0, low: 0, high: 0 };
const NINETY_PERCENT = 1.645;
/** A line is not drawn on for longer than three times its length. */
const SPANS_AHEAD = 3;

function secondsOf(ms: number): number {
  return Math.max(0, ms) / 1000;
}
