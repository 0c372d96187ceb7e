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
  /** Calls back after what has come meanwhile was taken in. */
  readonly soon: (action: () => void) => void;
}

type Labels = Readonly<Record<string, string>>;

/** Told of at a time: where a whole hall falls silent, messages of others do not wait for thousands of alerts. */
const TOLD_AT_A_TIME = 10;

/** Raises one alert for each device of which something has fallen silent, and ends it when all of it sends again. */
export class InputSilence {
  readonly #options: InputSilenceOptions;
  /** How many topics of a device are silent. */
  #silent: Map<string, number>;
  #isLooking = false;

  constructor(options: InputSilenceOptions) {
    this.#options = options;
    this.#silent = silentOf(options.topics);
  }

  /** @param now engine time */
  look(now: number): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#tell(this.#options.watch.look(now), now);
  }

  /** A silent topic sends again. */
  back(entry: TopicEntry): void {
    this.#options.pipeline.silence(entry, false);
    if (entry.device === null) return;
    const key = keyOf(entry.device);
    const left = (this.#silent.get(key) ?? 1) - 1;
    this.#silent.set(key, left);
    if (left > 0) return;
    this.#silent.delete(key);
    this.#end(entry.device, 'sends again');
  }

  /** The rules were changed: nobody minds any more where nothing that is read is silent. */
  rulesChanged(): void {
    this.#silent = silentOf(this.#options.topics);
    for (const device of this.#options.system.alerts.openOf('input-silent')) {
      if (!this.#silent.has(keyOf(device))) this.#end(device, 'is not watched any more');
    }
  }

  #tell(fallen: Generator<TopicEntry, void>, now: number): void {
    for (let i = 0; i < TOLD_AT_A_TIME; i++) {
      const { value: entry } = fallen.next();
      if (entry === undefined) {
        this.#isLooking = false;
        return;
      }
      this.#fell(entry, now);
    }
    this.#options.soon(() => this.#tell(fallen, now));
  }

  #fell(entry: TopicEntry, now: number): void {
    const { device, topic, pulse } = entry;
    const { pipeline, system } = this.#options;
    pipeline.silence(entry, true);
    if (device === null) return;
    const key = keyOf(device);
    this.#silent.set(key, (this.#silent.get(key) ?? 0) + 1);
    const message = `${nameOf(device)}: nothing came on ${topic} for ${spanText(now - pulse.last)}`;
    system.raise({ id: 'input-silent', labels: device, message });
  }

  #end(device: Labels, what: string): void {
    this.#options.system.resolve({
      id: 'input-silent',
      labels: device,
      message: `${nameOf(device)} ${what}`,
    });
  }
}

function silentOf(topics: TopicTable): Map<string, number> {
  const silent = new Map<string, number>();
  for (const { device, pulse } of topics.entries()) {
    if (!pulse.isSilent || device === null) continue;
    const key = keyOf(device);
    silent.set(key, (silent.get(key) ?? 0) + 1);
  }
  return silent;
}

function keyOf(device: Labels): string {
  return JSON.stringify(device);
}

function nameOf(device: Labels): string {
  return Object.values(device).join(', ');
}
