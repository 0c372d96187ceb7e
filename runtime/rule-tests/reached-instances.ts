import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { Rule } from '../../rules/rule.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';

/** One instance, or one of several that agree on these labels. */
export interface Target {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Gives, for a topic, the instances that read it. Topics are remembered: tests send many messages to few of them. */
export function reachedInstances(rules: readonly Rule[]): (topic: string) => readonly Target[] {
  const index = new TopicIndex<{ rule: Rule; pattern: TopicPattern }>();
  for (const rule of rules) {
    for (const { source } of rule.inputs) {
      if (source.kind === 'topic') index.add(source.pattern, { rule, pattern: source.pattern });
    }
  }
  const known = new Map<string, readonly Target[]>();
  return (topic) => {
    let targets = known.get(topic);
    if (targets === undefined) {
      targets = index.match(topic).map(({ rule, pattern }) => ({
        rule: rule.id,
        labels: labelsOf(rule, pattern, topic.split('/')),
      }));
      known.set(topic, targets);
    }
    return targets;
  };
}

/** Only labels that make instances: those of a pooled input tell its series apart, not the instances. */
function labelsOf(rule: Rule, pattern: TopicPattern, levels: readonly string[]): Record<string, string> {
  const labels = pattern.levels.flatMap((level, index): [string, string][] =>
    level.kind === 'capture' && rule.groupBy.includes(level.name) ? [[level.name, levels[index] ?? '']] : [],
  );
  return Object.fromEntries(labels);
}
