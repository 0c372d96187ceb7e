import type { Clock, Timer } from '../clock.js';
import type { SystemAlertId } from './system-alerts.js';
import type { SystemReporter } from './system-reporter.js';

type GivenUpId = Extract<SystemAlertId, 'dead-letter' | 'notification-expired'>;

const IDS: readonly GivenUpId[] = ['dead-letter', 'notification-expired'];

/** After so long without another one it is over: what was given up on is listed by `tocsin deliveries`. */
const CALM_MS = 10 * 60_000;

/**
 * Alerts of notices that were given up on, one for each receiver while it goes on: a receiver that refuses everything
 * must not tell all others of each refusal.
 */
export class GivenUpAlerts {
  readonly #clock: Clock;
  readonly #system: SystemReporter;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, system: SystemReporter) {
    this.#clock = clock;
    this.#system = system;
  }

  /** Those that were on when the program ended end in their time too. */
  start(): void {
    for (const id of IDS) {
      for (const { receiver } of this.#system.alerts.openOf(id)) {
        if (receiver !== undefined) this.#calmLater(id, receiver);
      }
    }
  }

  raise(id: GivenUpId, receiver: string, message: string): void {
    this.#system.raise({ id, labels: { receiver }, message });
    this.#calmLater(id, receiver);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #calmLater(id: GivenUpId, receiver: string): void {
    const key = `${id} ${receiver}`;
    this.#timers.get(key)?.cancel();
    const timer = this.#clock.schedule(CALM_MS, () => {
      this.#timers.delete(key);
      const message = `no further notice to ${receiver} was given up; tocsin deliveries lists those that were`;
      this.#system.resolve({ id, labels: { receiver }, message });
    });
    this.#timers.set(key, timer);
  }
}
