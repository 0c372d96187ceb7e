import type { ConditionLog } from './condition-log.js';

/** `sequence` at the newest step: true from the rise that completed it until its last part is no longer true. */
export function sequenceState(
  parts: readonly ConditionLog[],
  unless: ConditionLog | null,
  withinMs: number,
): boolean {
  const last = parts.at(-1);
  if (last === undefined) return false;
  const lastNotTrue = last.entries.findLastIndex((entry) => entry.state !== true);
  const completing = last.rises.find((rise) => rise.index > lastNotTrue);
  return completing !== undefined && isComplete(parts.slice(0, -1), completing);

  /** Whether the earlier parts rose one after the other before `next`, tried out one by one from the back. */
  function isComplete(earlier: readonly ConditionLog[], next: { index: number; at: number }): boolean {
    const part = earlier.at(-1);
    if (part === undefined) return fits(next);
    return part.rises.some((rise) => rise.at < next.at && isComplete(earlier.slice(0, -1), rise));
  }

  function fits(first: { index: number; at: number }): boolean {
    if (completing === undefined || completing.at - first.at >= withinMs) return false;
    const between = unless?.entries.slice(first.index, completing.index + 1) ?? [];
    return between.every((entry) => entry.state !== true);
  }
}

/** `after` at the newest step: the cause rose and what was expected of it did not come. */
export function afterState(cause: ConditionLog, expected: ConditionLog, withinMs: number): boolean {
  let waitingSince: number | null = null;
  let missing = false;
  const rises = new Set(cause.rises.map((rise) => rise.index));
  for (const [index, { at }] of cause.entries.entries()) {
    if (waitingSince !== null && at >= waitingSince + withinMs) {
      missing = true;
      waitingSince = null;
    }
    const came = expected.entries[index]?.state === true;
    if (came) {
      missing = false;
      waitingSince = null;
    } else if (rises.has(index) && !missing && waitingSince === null) {
      waitingSince = at;
    }
  }
  return missing;
}
