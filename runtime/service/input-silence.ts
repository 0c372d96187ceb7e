import type { SilenceWatch } from '../intake/silence-watch.js';
import type { TopicEntry, TopicTable } from '../intake/topic-table.js';
import { spanText } from '../replay/story/span-text.js';
import type { Pipeline } from './pipeline.js';
import type { SystemReporter } from './system-reporter.js';

export interface InputSilenceOptions {
  readonly watch: SilenceWatch;
  readonly topics: TopicTable;
  readonly pipeline: Pick<Pipeline, 'silence'>;
  readonly system: SystemReporter;
}

type Labels = Readonly<Record<string, string>>;

/** Raises one alert for each device of which something has fallen silent, and ends it when all of it sends again. */
export class InputSilence {
  readonly #options: InputSilenceOptions;

  constructor(options: InputSilenceOptions) {
    this.#options = options;
  }

  /** @param now engine time */
  look(now: number): void {
    const { watch, pipeline } = this.#options;
    for (const entry of watch.look(now)) {
      pipeline.silence(entry, true);
      this.#raise(entry, now);
    }
  }

  /** A silent topic sends again. */
  back(entry: TopicEntry): void {
    this.#options.pipeline.silence(entry, false);
    if (entry.device !== null) this.#endUnlessSilent(entry.device, 'sends again');
  }

  /** The rules were changed: nobody minds any more where nothing that is read is silent. */
  rulesChanged(): void {
    for (const device of this.#options.system.alerts.openOf('input-silent')) {
      this.#endUnlessSilent(device, 'is not watched any more');
    }
  }

  #raise({ device, topic, pulse }: TopicEntry, now: number): void {
    if (device === null) return;
    const message = `${nameOf(device)}: nothing came on ${topic} for ${spanText(now - pulse.last)}`;
    this.#options.system.raise({ id: 'input-silent', labels: device, message });
  }

  #endUnlessSilent(device: Labels, what: string): void {
    const key = JSON.stringify(device);
    for (const { device: other, pulse } of this.#options.topics.entries()) {
      if (pulse.isSilent && other !== null && JSON.stringify(other) === key) return;
    }
    this.#options.system.resolve({
      id: 'input-silent',
      labels: device,
      message: `${nameOf(device)} ${what}`,
    });
  }
}

function nameOf(device: Labels): string {
  return Object.values(device).join(', ');
}
