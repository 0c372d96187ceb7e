import type { Clock, Timer } from '../clock.js';
import type { Pipeline } from './pipeline.js';
import type { SystemReporter } from './system-reporter.js';

export interface ConnectionWatchOptions {
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly pipeline: Pick<Pipeline, 'connection'>;
  readonly system: SystemReporter;
  /** Messages could not arrive until now. */
  readonly onUp: () => void;
}

export interface ConnectionState {
  readonly isUp: boolean;
  /** Epoch ms since when; `null`: it was never up. */
  readonly since: number | null;
}

/** A broker that is restarted is back by then; whoever waits for an alarm must hear of the others. */
const PATIENCE_MS = 20_000;

/** Keeps the rules informed of which connections are up, and tells people when one stays down. */
export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  readonly #states = new Map<string, ConnectionState>();
  readonly #timers = new Map<string, Timer>();

  constructor(options: ConnectionWatchOptions) {
    this.#options = options;
    for (const name of options.names) this.#states.set(name, { isUp: false, since: null });
  }

  /** After a start nothing is connected, whatever the journal says. */
  start(): void {
    for (const name of this.#options.names) {
      this.#options.pipeline.connection(name, false);
      this.#expect(name);
    }
  }

  stateOf(name: string): ConnectionState {
    return this.#states.get(name) ?? { isUp: false, since: null };
  }

  isDown(name: string): boolean {
    return this.#states.get(name)?.isUp === false;
  }

  /** A connection came up or went down. */
  changed(name: string, isUp: boolean): void {
    const { pipeline, system, clock, onUp } = this.#options;
    if (this.stateOf(name).isUp === isUp) return;
    this.#states.set(name, { isUp, since: clock.wall() });
    pipeline.connection(name, isUp);
    this.#timers.get(name)?.cancel();
    if (!isUp) {
      this.#expect(name);
      return;
    }
    onUp();
    const message = `the connection ${name} is up again`;
    system.resolve({ id: 'connection-down', labels: { connection: name }, message });
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #expect(name: string): void {
    const { clock, system } = this.#options;
    const timer = clock.schedule(PATIENCE_MS, () => {
      const message = `the connection ${name} is down: nothing arrives by it`;
      system.raise({ id: 'connection-down', labels: { connection: name }, message });
    });
    this.#timers.set(name, timer);
  }
}
