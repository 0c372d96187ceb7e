import type { ChangedRow, Engine, Plan, Row } from '../../rules/engine.js';
import type { View } from '../../rules/supply.js';
import type { LevelPublisher } from '../delivery/level-desk.js';
import { topicName } from '../delivery/level-topic.js';

export interface ViewPublisherOptions {
  readonly engine: Pick<Engine, 'rows' | 'changedRows'>;
  readonly plan: () => Plan;
  /** Our own broker, and those that we are connected to. */
  readonly publishers: readonly LevelPublisher[];
}

/**
 * Publishes the rows of views that say so: QoS 0, retained, as well as can be. A row that changes more than once between
 * two looks is published as it is then; one that could not be is published when it changes again.
 */
export class ViewPublisher {
  readonly #options: ViewPublisherOptions;
  /** What was published last, by topic. */
  readonly #published = new Map<string, string>();

  constructor(options: ViewPublisherOptions) {
    this.#options = options;
  }

  /** All rows there are: brokers may have forgotten them. */
  begin(): void {
    const { engine, plan } = this.#options;
    engine.changedRows();
    this.#published.clear();
    for (const view of plan().views ?? []) {
      for (const row of engine.rows('view', view.id)) this.#publish(view, row);
    }
  }

  /** The rows that changed since. */
  look(): void {
    const changed = this.#options.engine.changedRows();
    if (changed.length === 0) return;
    const views = new Map((this.#options.plan().views ?? []).map((view) => [view.id, view]));
    for (const row of changed) this.#publish(views.get(row.view), row);
  }

  #publish(view: View | undefined, { labels, values }: Row | ChangedRow): void {
    if (view === undefined || view.publish === null) return;
    const topic = view.publish.levels
      .map((level) =>
        level.kind === 'literal'
          ? level.text
          : level.kind === 'capture'
            ? topicName(labels[level.name] ?? '')
            : '_',
      )
      .join('/');
    const text = JSON.stringify(values);
    if (this.#published.get(topic) === text) return;
    this.#published.set(topic, text);
    for (const publisher of this.#options.publishers) {
      publisher.publish(topic, Buffer.from(text), { qos: 0, retain: true }).catch(() => {
        // It is published when it changes again, and with all others when the broker is back.
        this.#published.delete(topic);
      });
    }
  }
}
