import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';

/** Of what an entry of the configuration's `payloads` says. */
export interface Grace {
  readonly topic: TopicPattern;
  readonly graceMs: number;
}

/** How long windows that close wait for late readings of a topic, in ms: as the first entry that matches says. */
export function graceOf(payloads: readonly Grace[]): (topic: string) => number {
  const places = new TopicIndex<number>();
  for (const [place, { topic }] of payloads.entries()) places.add(topic, place);
  const known = new Map<string, number>();
  return (topic) => {
    const found = known.get(topic) ?? payloads[Math.min(...places.match(topic))]?.graceMs ?? 0;
    known.set(topic, found);
    return found;
  };
}
