/** The wall clock was set: so far ahead of the engine's from then on. */
export interface ClockStep {
  readonly at: number;
  /** Its place among the messages and the other times at which the clock was set. */
  readonly turn: number;
  readonly offset: number;
}

/** When the wall clock was set, and in which order with the messages. */
export class WallClock {
  readonly steps: ClockStep[] = [];
  turn = 0;

  /** A message came. */
  pass(): void {
    this.turn += 1;
  }

  set(at: number, offset: number): void {
    this.turn += 1;
    this.steps.push({ at, turn: this.turn, offset });
  }
}
