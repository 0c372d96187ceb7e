import type { Rule } from '../rule.js';
import { checkBuilt } from './check-built.js';
import { checkCycles } from './check-cycles.js';
import { checkKinds } from './check-kinds.js';
import { checkLabels } from './check-labels.js';
import { checkNames } from './check-names.js';
import { checkPooled } from './check-pooled.js';
import type { RuleDraft } from './read-rule.js';
import { type RuleScope, scopeOf } from './rule-scope.js';

/**
 * Checks what a rule means: its names, labels, kinds and pooled inputs, and (unless `allowAll`) that the engine can
 * evaluate it. Gives the rule with its defaults filled in; it is a rule only if nothing was reported.
 */
export function checkRule(draft: RuleDraft, allowAll: boolean): { rule: Rule; scope: RuleScope } {
  const scope = scopeOf(draft);
  checkLabels(draft, scope);
  checkNames(draft, scope);
  const order = checkCycles(draft);
  checkKinds(draft, scope, order);
  checkPooled(draft, scope);
  if (!allowAll) checkBuilt(draft, scope, order);
  return { rule: { ...draft.rule, groupBy: scope.groupBy }, scope };
}
