import { fitted, withOne } from '../exact-lists.js';
import type { Instance } from './instance.js';
import type { RuleRuntime } from './rule-runtime.js';
import type { TopicBinding } from './topic-binding.js';

/** With how many fields a topic begins an instance. */
interface SlotTopic {
  readonly binding: TopicBinding;
  readonly fields: number;
}

/** Stands for an instance that may come, is there, or has gone; the topics that begin it know it. */
export class InstanceSlot {
  instance: Instance | null = null;
  /** The first topic that begins it, which is mostly the only one: it lies in here to take less. */
  #binding: TopicBinding | null = null;
  #fields = 0;
  #others: readonly SlotTopic[] = fitted([]);

  constructor(
    readonly key: string,
    readonly runtime: RuleRuntime,
    /** In `groupBy` order. */
    readonly labelValues: readonly string[],
  ) {}

  /** One more field of a topic begins it. */
  addField(binding: TopicBinding): void {
    if (this.instance === null) binding.unbegun++;
    this.#binding ??= binding;
    if (this.#binding === binding) {
      this.#fields++;
      return;
    }
    const { fields } = this.#others.find((topic) => topic.binding === binding) ?? { fields: 0 };
    this.#others = withOne(this.#othersBut(binding), { binding, fields: fields + 1 });
  }

  /** The topic forgets what it begins. */
  removeTopic(binding: TopicBinding): void {
    this.#others = this.#othersBut(binding);
    if (this.#binding !== binding) return;
    this.#binding = null;
    this.#fields = 0;
  }

  /** Whether any of its topics has sent. */
  get isHeard(): boolean {
    return this.#binding?.isHeard === true || this.#others.some(({ binding }) => binding.isHeard);
  }

  begin(instance: Instance): void {
    this.instance = instance;
    this.#count(-1);
  }

  end(): void {
    this.instance = null;
    this.#count(1);
  }

  #count(by: 1 | -1): void {
    if (this.#binding !== null) this.#binding.unbegun += by * this.#fields;
    for (const { binding, fields } of this.#others) binding.unbegun += by * fields;
  }

  #othersBut(binding: TopicBinding): readonly SlotTopic[] {
    return fitted(this.#others.filter((topic) => topic.binding !== binding));
  }
}
