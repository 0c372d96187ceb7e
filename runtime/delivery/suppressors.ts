import type { AlertEvent } from '../../rules/alert-event.js';
import type { Rule, Suppressor } from '../../rules/rule.js';
import type { Episode } from './episode.js';

/**
 * Whether an alert that was not suppressed when it fired is by now: the rule that suppresses it fires, with equal labels
 * (rule reference, `suppressedBy`). The engine says when that is over, not when it begins.
 */
export function isSuppressed(
  event: AlertEvent,
  { rules, firing }: { rules: ReadonlyMap<string, Rule>; firing: (rule: string) => Iterable<Episode> },
): boolean {
  const rule = rules.get(event.rule);
  if (rule === undefined) return false;
  return rule.suppressedBy.some((suppressor) => {
    const by = rules.get(suppressor.rule);
    const labels = by === undefined ? [] : sharedLabels(suppressor, rule, by);
    for (const { last } of firing(suppressor.rule)) {
      if (
        last.event !== 'cleared' &&
        labels.every((name) => (last.labels[name] ?? '') === (event.labels[name] ?? ''))
      )
        return true;
    }
    return false;
  });
}

/** The labels that must be equal. */
export function sharedLabels({ on }: Suppressor, rule: Rule, by: Rule): readonly string[] {
  if (on !== null) return on;
  const others = labelNames(by);
  return labelNames(rule).filter((name) => others.includes(name));
}

function labelNames({ groupBy, labels }: Rule): string[] {
  return [...groupBy, ...labels.map(({ name }) => name)];
}
