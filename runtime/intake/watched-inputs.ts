import { walkRule } from '../../rules/format/walk-rule.js';
import type { Rule } from '../../rules/rule.js';

/**
 * The inputs of a rule that would fall silent without anybody hearing of it: those without `maxAge`, that no `absent`
 * is about, of a rule that is not `quiet`.
 */
export function watchedInputs(rule: Rule): ReadonlySet<string> {
  if (rule.quiet || !rule.enabled) return new Set();
  const watched = new Set(rule.inputs.filter(({ maxAgeMs }) => maxAgeMs === null).map(({ name }) => name));
  walkRule(rule, {
    condition: (condition) => {
      if (condition.kind === 'absent') watched.delete(condition.input);
    },
  });
  return watched;
}
