import { fitted, withOne } from '../exact-lists.js';
import type { Instance } from './instance.js';
import type { TopicBinding } from './topic-binding.js';

/** With how many fields a topic begins an instance. */
interface SlotTopic {
  readonly binding: TopicBinding;
  readonly fields: number;
}

/** Stands for an instance that may come, is there, or has gone; the topics that begin it know it. */
export class InstanceSlot {
  instance: Instance | null = null;
  /** Few: a list takes less than a map. */
  #topics: readonly SlotTopic[] = fitted([]);

  constructor(
    readonly key: string,
    /** In `groupBy` order. */
    readonly labelValues: readonly string[],
  ) {}

  /** One more field of a topic begins it. */
  addField(binding: TopicBinding): void {
    const { fields } = this.#topics.find((topic) => topic.binding === binding) ?? { fields: 0 };
    this.#topics = withOne(this.#others(binding), { binding, fields: fields + 1 });
    if (this.instance === null) binding.unbegun++;
  }

  /** The topic forgets what it begins. */
  removeTopic(binding: TopicBinding): void {
    this.#topics = this.#others(binding);
  }

  /** Whether any of its topics has sent. */
  get isHeard(): boolean {
    return this.#topics.some(({ binding }) => binding.isHeard);
  }

  begin(instance: Instance): void {
    this.instance = instance;
    for (const { binding, fields } of this.#topics) binding.unbegun -= fields;
  }

  end(): void {
    this.instance = null;
    for (const { binding, fields } of this.#topics) binding.unbegun += fields;
  }

  #others(binding: TopicBinding): readonly SlotTopic[] {
    return fitted(this.#topics.filter((topic) => topic.binding !== binding));
  }
}
