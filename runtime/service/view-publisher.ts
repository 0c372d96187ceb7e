import type { ChangedRow, Engine, Plan } from '../../rules/engine.js';
import type { View } from '../../rules/supply.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { LevelPublisher } from '../delivery/level-desk.js';
import { topicName } from '../delivery/level-topic.js';

export interface ViewPublisherOptions {
  readonly engine: Pick<Engine, 'rows' | 'changedRows'>;
  readonly plan: () => Plan;
  /** Our own broker, and those that we are connected to. */
  readonly publishers: readonly LevelPublisher[];
}

/** What a topic holds: of which view, and as what. */
interface Published {
  readonly view: string;
  /** As the view named it. */
  readonly pattern: string;
  /** Empty: it may not hold it any more. */
  text: string;
}

/** As MQTT has it, an empty payload takes away what is retained. */
const NO_ROW = '';

/**
 * Publishes the rows of views that say so: QoS 0, retained, as well as can be. A row that changes more than once between
 * two looks is published as it is then; one that could not be is published when it changes again. Of a row that is no
 * more, nothing stays.
 */
export class ViewPublisher {
  readonly #options: ViewPublisherOptions;
  /** By topic. */
  readonly #published = new Map<string, Published>();
  #plan: Plan | null = null;

  constructor(options: ViewPublisherOptions) {
    this.#options = options;
  }

  /** All rows there are: brokers may have forgotten them. */
  begin(): void {
    const { engine, plan } = this.#options;
    for (const row of this.#published.values()) row.text = NO_ROW;
    this.look();
    for (const view of plan().views ?? []) {
      for (const row of engine.rows('view', view.id)) this.#publishRow(view, row);
    }
  }

  /** The rows that changed since. */
  look(): void {
    const plan = this.#options.plan();
    const changed = this.#options.engine.changedRows();
    if (changed.length === 0 && plan === this.#plan) return;
    const views = new Map((plan.views ?? []).map((view) => [view.id, view]));
    if (plan !== this.#plan) this.#clear(views);
    this.#plan = plan;
    for (const row of changed) this.#publishRow(views.get(row.view), row);
  }

  /** Takes away rows of views that are gone, or are published elsewhere. */
  #clear(views: ReadonlyMap<string, View>): void {
    for (const [topic, { view, pattern }] of this.#published) {
      if (views.get(view)?.publish?.text !== pattern) this.#publish(topic, { view, pattern, text: NO_ROW });
    }
  }

  #publishRow(view: View | undefined, { labels, values }: Pick<ChangedRow, 'labels' | 'values'>): void {
    if (view === undefined || view.publish === null) return;
    const text = values === null ? NO_ROW : JSON.stringify(values);
    this.#publish(topicOf(view.publish, labels), { view: view.id, pattern: view.publish.text, text });
  }

  #publish(topic: string, row: Published): void {
    if (row.text === NO_ROW) this.#published.delete(topic);
    else if (this.#published.get(topic)?.text === row.text) return;
    else this.#published.set(topic, row);
    for (const publisher of this.#options.publishers) {
      publisher.publish(topic, Buffer.from(row.text), { qos: 0, retain: true }).catch(() => {
        // It is published when it changes again, and with all others when the broker is back.
        this.#published.delete(topic);
      });
    }
  }
}

function topicOf({ levels }: TopicPattern, labels: Readonly<Record<string, string>>): string {
  return levels
    .map((level) =>
      level.kind === 'literal'
        ? level.text
        : level.kind === 'capture'
          ? topicName(labels[level.name] ?? '')
          : '_',
    )
    .join('/');
}
