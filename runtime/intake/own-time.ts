export interface OwnTimeLimits {
  readonly maxSkewMs: number;
  readonly maxBackfillMs: number;
}

/** No device can have measured anything for this program before it existed. Raised with each release. */
export const PROGRAM_BUILT = Date.UTC(2026, 0, 1);

/**
 * The engine time at which a reading was measured, by the time its device gave it.
 *
 * @param payloadTime epoch ms by the device's clock
 * @param arrival engine time of its arrival
 * @param offset wall clock − engine clock
 * @returns `null`: the device's clock cannot be right, the arrival has to do
 */
export function ownTime(
  payloadTime: number,
  { arrival, offset }: { arrival: number; offset: number },
  { maxSkewMs, maxBackfillMs }: OwnTimeLimits,
): number | null {
  const time = payloadTime - offset;
  if (time > arrival + maxSkewMs || time < arrival - maxBackfillMs || payloadTime < PROGRAM_BUILT)
    return null;
  return time;
}
