import type { EpisodeState } from '../storage/ledger.js';
import type { Pipeline } from './pipeline.js';
import { type SystemAlert, SystemAlerts } from './system-alerts.js';

export interface SystemReporterOptions {
  readonly pipeline: Pick<Pipeline, 'system'>;
  /** Those that were open when the program ended. */
  readonly episodes: readonly EpisodeState[];
  /** Epoch ms as printed: engine time + offset. */
  readonly time: () => number;
}

/** Raises and ends alerts of the program about itself, on the way that all alerts go. */
export class SystemReporter {
  readonly alerts: SystemAlerts;
  readonly #options: SystemReporterOptions;

  constructor(options: SystemReporterOptions) {
    this.#options = options;
    this.alerts = new SystemAlerts(options.episodes);
  }

  /** One that is open already stays as it is. */
  raise(alert: SystemAlert): void {
    const event = this.alerts.raise(alert, this.#options.time());
    if (event !== null) void this.#options.pipeline.system(event);
  }

  /** One that is not open is left alone. */
  resolve(alert: SystemAlert): void {
    const event = this.alerts.resolve(alert, this.#options.time());
    if (event !== null) void this.#options.pipeline.system(event);
  }

  /** Something that happened and is over: it is told once. */
  tell(alert: SystemAlert): void {
    this.raise(alert);
    this.resolve(alert);
  }
}
