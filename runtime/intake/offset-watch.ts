import type { Clock, Timer } from '../clock.js';
import type { EngineClock } from './engine-clock.js';

/** How often the wall clock is looked at. */
const LOOK_MS = 1_000;

/** A clock that is being set right slowly moves half a ms a second: so it is told a few times an hour, not always. */
const STEP_MS = 100;

/** Tells when the wall clock has moved against the engine clock: it was set, or the computer slept. */
export class OffsetWatch {
  readonly #clock: Clock;
  readonly #engineClock: EngineClock;
  readonly #onStep: (offsetMs: number) => void;
  #offset: number;
  #timer: Timer | null = null;

  constructor(clocks: { clock: Clock; engineClock: EngineClock }, onStep: (offsetMs: number) => void) {
    this.#clock = clocks.clock;
    this.#engineClock = clocks.engineClock;
    this.#onStep = onStep;
    this.#offset = this.#engineClock.offset();
  }

  /** The offset as it was last told. */
  get offset(): number {
    return this.#offset;
  }

  start(): void {
    this.#timer = this.#clock.schedule(LOOK_MS, () => {
      this.start();
      const offset = this.#engineClock.offset();
      if (Math.abs(offset - this.#offset) < STEP_MS) return;
      this.#offset = offset;
      this.#onStep(offset);
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
