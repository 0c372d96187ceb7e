import type { Plan } from '../../rules/engine.js';
import { Document, type SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import type { Rule } from '../../rules/rule.js';
import type { Supply } from '../../rules/supply.js';
import type { PatternLevel, TopicPattern } from '../../rules/topic-pattern.js';
import type { Configuration } from './configuration.js';

/** Warns of receivers that publish where a rule reads: the rule never sees it, and somebody may count on it. */
export function checkLevels(
  { rules, views = [], models = [] }: Plan,
  { receivers }: Configuration,
  file: SourceFile | null,
): Issue[] {
  const levels = receivers.flatMap(({ name, channel }) =>
    channel.kind === 'mqtt' ? [{ name, channel }] : [],
  );
  if (file === null || levels.length === 0) return [];
  const document = new Document(file);
  for (const { name, channel } of levels) {
    const reader = [...rules, ...views, ...models].find((one) =>
      readsOf(one).some((pattern) => canMeet(pattern.levels, channel.topic.levels)),
    );
    if (reader === undefined) continue;
    document.report(document.at(['receivers', name, 'mqtt', 'topic']), {
      code: 'own-topic',
      severity: 'warning',
      message: `The ${nounOf(reader)} "${reader.id}" reads topics like this one, but what the program publishes is never its own input.`,
      hint: 'Give the receiver a topic of its own.',
    });
  }
  return document.issues.filter(({ code }) => code === 'own-topic');
}

function nounOf(reader: Rule | Supply): string {
  return 'kind' in reader ? reader.kind : 'rule';
}

export function readsOf({ inputs }: Rule | Supply): TopicPattern[] {
  return inputs.flatMap(({ source }) => (source.kind === 'topic' ? [source.pattern] : []));
}

/** Whether a topic can match both. */
export function canMeet(a: readonly PatternLevel[], b: readonly PatternLevel[]): boolean {
  for (let i = 0; ; i += 1) {
    const [one, other] = [a[i], b[i]];
    if (one?.kind === 'rest' || other?.kind === 'rest') return true;
    if (one === undefined || other === undefined) return one === other;
    if (one.kind === 'literal' && other.kind === 'literal' && one.text !== other.text) return false;
  }
}
