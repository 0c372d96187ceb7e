import type { Clock, Timer } from '../clock.js';
import type { EngineClock } from './engine-clock.js';

/** Wakes the engine when its earliest deadline is due. */
export class EngineTimer {
  readonly #clock: Clock;
  readonly #engineClock: EngineClock;
  readonly #onDue: () => void;
  #timer: Timer | null = null;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clocks: { clock: Clock; engineClock: EngineClock }, onDue: () => void) {
    this.#clock = clocks.clock;
    this.#engineClock = clocks.engineClock;
    this.#onDue = onDue;
  }

  /**
   * Sees to it that `onDue` is called at this engine time, or a little later. A timer that is armed for an earlier time
   * stays: deadlines move away with every message, and a call too early does nothing.
   */
  watch(deadline: number): void {
    if (deadline >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = deadline;
    this.#timer = this.#clock.schedule(deadline - this.#engineClock.now(), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#onDue();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#armedFor = Number.NEGATIVE_INFINITY;
  }
}
