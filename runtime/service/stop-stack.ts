/** What was started, to be stopped in reverse. */
export class StopStack {
  #stops: (() => Promise<void> | void)[] = [];

  push(stop: () => Promise<void> | void): void {
    this.#stops.push(stop);
  }

  /** Stops everything, also when a part fails; the first failure is thrown in the end. */
  async stop(): Promise<void> {
    const stops = this.#stops.reverse();
    this.#stops = [];
    const failures: unknown[] = [];
    for (const stop of stops) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
