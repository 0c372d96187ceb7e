import type { SystemAlertId } from './system-alerts.js';
import type { SystemReporter } from './system-reporter.js';

export interface WatchedLimit {
  readonly id: Extract<SystemAlertId, 'across' | 'instances' | 'series'>;
  /** How often something was left out because of it, since the start. */
  readonly count: () => number;
  /** What people are told. */
  readonly message: string;
}

export interface LimitWatchOptions {
  readonly limits: readonly WatchedLimit[];
  readonly system: SystemReporter;
  /** Ms by a clock that never goes back. */
  readonly now: () => number;
}

/** Nothing left out for so long: it was a passing flood, or somebody has raised the limit. */
const CALM_MS = 10 * 60_000;

/** Tells people while a limit leaves something out: nobody would otherwise miss what never came in. */
export class LimitWatch {
  readonly #options: LimitWatchOptions;
  readonly #counts = new Map<string, { count: number; grewAt: number }>();

  constructor(options: LimitWatchOptions) {
    this.#options = options;
  }

  look(): void {
    const { limits, system } = this.#options;
    const now = this.#options.now();
    for (const { id, count, message } of limits) {
      const seen = this.#counts.get(id) ?? { count: 0, grewAt: now };
      const present = count();
      if (present > seen.count) {
        this.#counts.set(id, { count: present, grewAt: now });
        system.raise({ id, labels: {}, message });
      } else if (now - seen.grewAt >= CALM_MS) {
        system.resolve({ id, labels: {}, message: `nothing is left out any more (${message})` });
      } else this.#counts.set(id, seen);
    }
  }
}
