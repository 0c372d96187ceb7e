/**
 * How many of the last blocks belong together: all, but if the signal has jumped and stayed where it jumped to, those since.
 * A jump is another unit, another sensor or another product; a line across it would be a trend where there is none.
 * Looks at the last few blocks, as it is asked after each.
 */
export function lengthSinceStep(values: Float64Array): number {
  const first = values.length - SETTLED;
  if (first < BEFORE_MIN) return values.length;
  const step = Math.abs((values[first] ?? 0) - (values[first - 1] ?? 0));
  if (step <= STEP_MOVES * usualMove(values.subarray(0, first))) return values.length;
  for (let at = first + 1; at < values.length; at++) {
    if (Math.abs((values[at] ?? 0) - (values[first] ?? 0)) > step * STAYS_WITHIN) return values.length;
  }
  return SETTLED;
}

/** The largest move but one from block to block: what happens twice is usual. */
function usualMove(values: Float64Array): number {
  let largest = 0;
  let second = 0;
  for (let at = 1; at < values.length; at++) {
    const move = Math.abs((values[at] ?? 0) - (values[at - 1] ?? 0));
    if (move > largest) {
      second = largest;
      largest = move;
    } else if (move > second) second = move;
  }
  return Math.max(second, Math.abs(values[0] ?? 0) * MOVE_MIN);
}

/** Blocks that show that it stays. */
const SETTLED = 3;
/** Blocks that show what is usual. */
const BEFORE_MIN = 8;
const STEP_MOVES = 8;
const STAYS_WITHIN = 0.5;
/** Of a signal that hardly moves, a change of so much of its value is a move. */
const MOVE_MIN = 0.01;
