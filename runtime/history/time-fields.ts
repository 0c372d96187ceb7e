import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';

/** Fields that say when the others were measured, and are no readings themselves: the first that matches counts. */
export class TimeFields {
  readonly #fields: readonly { readonly topic: TopicPattern; readonly field: string | null }[];
  readonly #places = new TopicIndex<number>();

  constructor(fields: readonly { readonly topic: TopicPattern; readonly field: string | null }[]) {
    this.#fields = fields;
    for (const [place, { topic }] of fields.entries()) this.#places.add(topic, place);
  }

  /** `null`: it has none. */
  of(topic: string): string | null {
    return this.#fields[Math.min(...this.#places.match(topic))]?.field ?? null;
  }
}
