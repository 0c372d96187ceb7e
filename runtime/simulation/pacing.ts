import type { Clock } from '../clock.js';

/** Waits until `dueMs` on the monotonic clock; at once if that is past. Ends early when `signal` is given. */
export function waitUntil(dueMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const restMs = dueMs - clock.monotonic();
  if (restMs <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.schedule(restMs, done);
    signal.addEventListener('abort', done);
  });
}
