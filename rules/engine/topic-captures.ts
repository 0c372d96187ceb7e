import type { TopicPattern } from '../topic-pattern.js';
import { captured } from './concrete-topic.js';

type Labels = ReadonlyMap<string, string>;

/** What patterns find in one topic: rules that read it by one pattern, for the same labels, share what is found. */
export class TopicCaptures {
  readonly #labels = new Map<string, Labels>();
  readonly #values = new Map<string, readonly string[]>();

  constructor(private readonly topic: string) {}

  labels(pattern: TopicPattern): Labels {
    let labels = this.#labels.get(pattern.text);
    if (labels === undefined) {
      labels = captured(pattern, this.topic);
      this.#labels.set(pattern.text, labels);
    }
    return labels;
  }

  /** The values of some of these labels; `null`: it does not name them all. */
  values(pattern: TopicPattern, names: readonly string[]): readonly string[] | null {
    const labels = this.labels(pattern);
    if (!names.every((name) => labels.has(name))) return null;
    const key = `${pattern.text}\n${names.join()}`;
    let values = this.#values.get(key);
    if (values === undefined) {
      values = names.map((name) => labels.get(name) ?? '');
      this.#values.set(key, values);
    }
    return values;
  }
}
