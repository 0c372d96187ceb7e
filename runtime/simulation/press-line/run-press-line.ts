import type { Clock } from '../../clock.js';
import { waitUntil } from '../pacing.js';
import type { SimulatedMessage } from '../simulated-message.js';
import { PressLine, STEP_MS } from './press-line.js';

export interface RunOptions {
  readonly seed: number;
  /** 2: everything happens twice as fast. */
  readonly speed: number;
  readonly send: (message: SimulatedMessage) => Promise<void>;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** So far behind, a laptop has slept: the presses go on from there instead of making up for the night. */
const BEHIND_STEPS_MAX = 20;

/** Lets the presses live, in real time, until `signal` is given. */
export async function runPressLine({ seed, speed, send, clock, signal }: RunOptions): Promise<void> {
  const presses = new PressLine(seed);
  const stepMs = STEP_MS / speed;
  let due = clock.monotonic();
  while (!signal.aborted) {
    for (const message of presses.step()) await send(message);
    const now = clock.monotonic();
    due = now - due > BEHIND_STEPS_MAX * stepMs ? now : due + stepMs;
    await waitUntil(due, clock, signal);
  }
}
