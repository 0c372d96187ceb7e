import { TopicFilters } from './topic-filters.js';
import { topicProblem } from './topic-name.js';

/** Topics of which it is remembered; then it is worked out anew. */
const KNOWN_MAX = 50_000;

/** Which topics can do without the broker: those that may be published to, and that no client has subscribed to. */
export class DirectTopics {
  readonly #filters = new TopicFilters<object>();
  readonly #isAwaited: (topic: string) => boolean;
  readonly #known = new Map<string, boolean>();

  /** @param isAwaited whether a client that is away may come back for what is published to a topic */
  constructor(isAwaited: (topic: string) => boolean) {
    this.#isAwaited = isAwaited;
  }

  /** A client subscribes. */
  add(filter: string, client: object): void {
    this.#filters.add(filter, client);
    this.#known.clear();
  }

  remove(filter: string, client: object): void {
    this.#filters.remove(filter, client);
    this.#known.clear();
  }

  readonly isDirect = (topic: string): boolean => {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const isDirect = topicProblem(topic) === null && !this.#isHeard(topic) && !this.#isAwaited(topic);
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(topic, isDirect);
    return isDirect;
  };

  #isHeard(topic: string): boolean {
    return this.#filters.size > 0 && this.#filters.match(topic).size > 0;
  }
}
