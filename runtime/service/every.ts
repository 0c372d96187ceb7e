import type { Clock } from '../clock.js';

/** Calls `action` again and again, so many ms apart. @returns what ends it */
export function every(clock: Clock, intervalMs: number, action: () => void): () => void {
  const next = () => clock.schedule(intervalMs, run);
  const run = () => {
    timer = next();
    action();
  };
  let timer = next();
  return () => timer.cancel();
}
