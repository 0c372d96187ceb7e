import type { EpisodeState } from '../storage/ledger.js';
import type { Pipeline } from './pipeline.js';
import { type SystemAlert, SystemAlerts } from './system-alerts.js';

type SystemPipeline = Pick<Pipeline, 'system'>;

/**
 * Raises and ends alerts of the program about itself, on the way that all alerts go. What is said before that way is
 * open is said when it is.
 */
export class SystemReporter {
  readonly #time: () => number;
  #pipeline: SystemPipeline | null = null;
  #alerts = new SystemAlerts([]);
  #early: (() => void)[] = [];

  /** @param time epoch ms as printed */
  constructor(time: () => number) {
    this.#time = time;
  }

  /** @param episodes those that were open when the program ended */
  begin(pipeline: SystemPipeline, episodes: readonly EpisodeState[]): void {
    this.#pipeline = pipeline;
    this.#alerts = new SystemAlerts(episodes);
    for (const say of this.#early.splice(0)) say();
  }

  get alerts(): SystemAlerts {
    return this.#alerts;
  }

  /** One that is open already stays as it is. */
  raise(alert: SystemAlert): void {
    this.#raiseAt(alert, () => this.#time());
  }

  #raiseAt(alert: SystemAlert, time: () => number): void {
    this.#say((pipeline) => {
      const event = this.#alerts.raise(alert, time());
      if (event !== null) void pipeline.system(event);
    });
  }

  /** One that is not open is left alone. */
  resolve(alert: SystemAlert): void {
    this.#resolveAt(alert, () => this.#time());
  }

  #resolveAt(alert: SystemAlert, time: () => number): void {
    this.#say((pipeline) => {
      const event = this.#alerts.resolve(alert, time());
      if (event !== null) void pipeline.system(event);
    });
  }

  /** Something that happened and is over in the same instant: it is told once. */
  tell(alert: SystemAlert): void {
    const time = this.#time();
    this.#raiseAt(alert, () => time);
    this.#resolveAt(alert, () => time);
  }

  #say(say: (pipeline: SystemPipeline) => void): void {
    const pipeline = this.#pipeline;
    if (pipeline === null) this.#early.push(() => this.#say(say));
    else say(pipeline);
  }
}
