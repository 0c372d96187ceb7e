const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first failed attempt, the second, …; the last is repeated. */
const SCHEDULE_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** Up to a fifth longer, so that what failed together does not come back together. */
const JITTER = 0.2;

/** However often a receiver asks to be tried again at once. */
const ASKED_MS_MIN = SECOND_MS;

/**
 * How long to wait before the next attempt, in ms.
 *
 * @param attempts failed attempts so far, at least 1
 * @param askedMs the wait that the receiver asked for
 * @param random from 0 to below 1
 */
export function retryDelay(attempts: number, askedMs: number | undefined, random: number): number {
  if (askedMs !== undefined) return Math.max(askedMs, ASKED_MS_MIN);
  const planned = SCHEDULE_MS[Math.min(attempts, SCHEDULE_MS.length) - 1] ?? SCHEDULE_MS[0];
  return planned * (1 + JITTER * random);
}

/** While a receiver fails, another notice is tried after this time. */
export function probeDelay(random: number): number {
  return SCHEDULE_MS[0] * (1 + JITTER * random);
}

/** When a receiver is back, what waits for it is tried within this time, however long its schedule. */
export function recoveryDelay(random: number): number {
  return SCHEDULE_MS[0] * (1 + JITTER * random);
}
