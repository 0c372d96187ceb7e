/** Time as the service sees it: everything that waits or asks what time it is does so through one of these. */
export interface Clock {
  /** Wall clock, epoch ms. It can jump, both ways. */
  wall(): number;
  /** Ms since some moment, with fractions; never goes back. Durations are measured with this. */
  monotonic(): number;
  /** Calls `action` once when so many ms have passed, however many. `Infinity`: never. */
  schedule(delayMs: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Node's timers fire at once when they are to wait longer than this (24.8 days). */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The computer's clocks. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, action) {
    let timeout: NodeJS.Timeout | undefined;
    const wait = (restMs: number) => {
      const partMs = Math.min(restMs, TIMEOUT_MS_MAX);
      timeout = setTimeout(() => (restMs > partMs ? wait(restMs - partMs) : action()), partMs);
    };
    if (delayMs !== Number.POSITIVE_INFINITY) wait(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};
