import type { AlertEvent } from '../../rules/alert-event.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';

/** The topic of the level that an alert belongs to; `null`: it lacks a label that the topic needs. */
export function levelTopic({ levels }: TopicPattern, event: AlertEvent): string | null {
  const names: string[] = [];
  for (const level of levels) {
    const name =
      level.kind === 'literal' ? level.text : level.kind === 'capture' ? propertyOf(event, level.name) : null;
    if (name === null) return null;
    names.push(name);
  }
  return names.join('/');
}

function propertyOf({ rule, severity, labels }: AlertEvent, name: string): string | null {
  if (name === 'rule') return topicName(rule);
  if (name === 'severity') return severity;
  return Object.hasOwn(labels, name) ? topicName(labels[name] ?? '') : null;
}

/** Values come from devices: none makes another topic of it, or one that cannot be published to. */
export function topicName(value: string): string {
  return value.replaceAll(/[/+#\p{Cc}]/gu, '_');
}
