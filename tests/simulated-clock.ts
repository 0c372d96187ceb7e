import type { Clock, Timer } from '../runtime/clock.js';

interface Waiting {
  readonly due: number;
  readonly action: () => void;
}

/** A clock that stands until it is advanced. */
export class SimulatedClock implements Clock {
  #monotonic = 0;
  #wallOffset: number;
  /** In order of being due, equal ones as they were scheduled. */
  readonly #waiting: Waiting[] = [];

  constructor(wallMs: number) {
    this.#wallOffset = wallMs;
  }

  wall(): number {
    return this.#wallOffset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(delayMs: number, action: () => void): Timer {
    const entry = { due: this.#monotonic + Math.max(0, delayMs), action };
    if (delayMs !== Number.POSITIVE_INFINITY) {
      const later = this.#waiting.findIndex((other) => other.due > entry.due);
      this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, entry);
    }
    return { cancel: () => this.#cancel(entry) };
  }

  /** Lets time pass; what becomes due happens at its own time. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let next = this.#waiting[0]; next !== undefined && next.due <= end; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#monotonic = next.due;
      next.action();
    }
    this.#monotonic = end;
  }

  /** The wall clock is set; nothing else notices. */
  setWall(wallMs: number): void {
    this.#wallOffset = wallMs - this.#monotonic;
  }

  /** How long until the next timer is due; `Infinity`: none waits. */
  get untilNext(): number {
    return (this.#waiting[0]?.due ?? Number.POSITIVE_INFINITY) - this.#monotonic;
  }

  #cancel(entry: Waiting): void {
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
