import type { Rule } from '../rule.js';
import { checkCycles } from './check-cycles.js';
import { checkFunctions } from './check-functions.js';
import { checkKinds } from './check-kinds.js';
import { checkLabels } from './check-labels.js';
import { checkLookups } from './check-lookups.js';
import { checkNames } from './check-names.js';
import { checkPooled } from './check-pooled.js';
import { checkForerunners, isTooLarge } from './check-size.js';
import { checkTables } from './check-tables.js';
import type { Functions } from './functions.js';
import type { RuleDraft } from './read-rule.js';
import { type RuleScope, scopeOf } from './rule-scope.js';
import type { Tables } from './tables.js';

/** What rules of a site may name beside each other. */
export interface SiteParts {
  readonly tables: Tables;
  readonly functions: Functions;
}

/**
 * Checks what a rule means: its names, labels, kinds and pooled inputs, and (unless `allowAll`) that the site has its tables
 * and functions. Gives the rule with its defaults filled in; it is a rule only if nothing was reported.
 */
export function checkRule(
  draft: RuleDraft,
  { tables: siteTables, functions: siteFunctions }: SiteParts,
  allowAll: boolean,
): { rule: Rule; scope: RuleScope } {
  const scope = scopeOf(draft);
  if (isTooLarge(draft)) return { rule: { ...draft.rule, groupBy: scope.groupBy }, scope };
  checkLabels(draft, scope);
  checkNames(draft, scope);
  const order = checkCycles(draft);
  checkKinds(draft, scope, order);
  checkPooled(draft, scope);
  if (allowAll) return { rule: { ...draft.rule, groupBy: scope.groupBy }, scope };
  const tables = checkTables(draft, scope, siteTables);
  if (!draft.context.document.hasErrors) checkLookups(draft, tables);
  const functions = checkFunctions(draft, siteFunctions);
  const rule = { ...draft.rule, groupBy: scope.groupBy, tables, functions };
  if (!draft.context.document.hasErrors) checkForerunners(draft, rule);
  return { rule, scope };
}
