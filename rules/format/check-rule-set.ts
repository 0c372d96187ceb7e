import type { Rule, Suppressor } from '../rule.js';
import { shortened } from './check-cycles.js';
import { didYouMean } from './did-you-mean.js';
import type { Document } from './document.js';
import { child, type JsonNode, type Span } from './json-tree.js';
import { orderGraph } from './order-graph.js';
import type { RuleScope } from './rule-scope.js';

/** A rule that was read and checked by itself; a right one, if nothing was reported. */
export interface CheckedRule {
  readonly document: Document;
  readonly node: JsonNode;
  readonly rule: Rule;
  readonly scope: RuleScope;
}

/** Reports what is wrong between the rules of a site: ids that are there twice, and suppression. */
export function checkRuleSet(rules: readonly CheckedRule[]): void {
  const byId = checkIds(rules);
  for (const checked of rules)
    for (const [index, one] of checked.rule.suppressedBy.entries())
      checkSuppressor(checked, index, one, byId);
  checkSuppressionCycles(byId);
}

/** The first rule of each id; it is the one that counts. */
function checkIds(rules: readonly CheckedRule[]): ReadonlyMap<string, CheckedRule> {
  const byId = new Map<string, CheckedRule>();
  for (const checked of rules) {
    const { id } = checked.rule;
    const first = byId.get(id);
    if (id === '') continue;
    if (!first) {
      byId.set(id, checked);
      continue;
    }
    const { file, line } = first.document.locate(idPlace(first));
    const message = `The id "${id}" is taken by the rule in ${file}, line ${line}.`;
    checked.document.report(idPlace(checked), {
      code: 'duplicate-id',
      message,
      hint: 'Ids are unique in the site.',
    });
  }
  return byId;
}

function idPlace(checked: CheckedRule): Span {
  return child(checked.node, 'id') ?? checked.node;
}

function checkSuppressor(
  checked: CheckedRule,
  index: number,
  suppressor: Suppressor,
  byId: ReadonlyMap<string, CheckedRule>,
): void {
  const entry = suppressorNode(checked, index);
  if (!entry || suppressor.rule === '') return;
  const other = byId.get(suppressor.rule);
  if (!other) {
    const guess = didYouMean(suppressor.rule, byId.keys());
    const hint = guess && `Did you mean \`${guess}\`?`;
    const message = `There is no rule with the id "${suppressor.rule}".`;
    checked.document.report(child(entry, 'rule') ?? entry, { code: 'unknown-rule', message, hint });
    return;
  }
  checkOn(checked, other, child(entry, 'on'), suppressor.on ?? []);
}

function suppressorNode(checked: CheckedRule, index: number): JsonNode | undefined {
  const list = child(checked.node, 'suppressedBy');
  return list?.kind === 'array' ? list.items[index] : undefined;
}

/** Labels to be equal must be there on both sides. */
function checkOn(
  checked: CheckedRule,
  other: CheckedRule,
  list: JsonNode | undefined,
  on: readonly string[],
): void {
  if (list?.kind !== 'array') return;
  const [scope, otherScope] = [checked.scope, other.scope];
  for (const [index, label] of on.entries()) {
    const lacking =
      !scope.labels.has(label) && !scope.hasHiddenLabels
        ? 'This rule'
        : !otherScope.labels.has(label) && !otherScope.hasHiddenLabels
          ? `The rule "${other.rule.id}"`
          : null;
    if (lacking === null) continue;
    const message = `${lacking} has no label \`${label}\`.`;
    checked.document.report(list.items[index] ?? list, { code: 'unknown-label', message });
  }
}

function checkSuppressionCycles(byId: ReadonlyMap<string, CheckedRule>): void {
  const needs = new Map([...byId].map(([id, { rule }]) => [id, rule.suppressedBy.map((one) => one.rule)]));
  for (const cycle of orderGraph(needs).cycles) {
    const [first = '', next] = cycle;
    const checked = byId.get(first);
    const index = checked?.rule.suppressedBy.findIndex((one) => one.rule === next) ?? -1;
    if (!checked) continue;
    const message = `These rules suppress each other in a circle: ${shortened(cycle).join(' ← ')}.`;
    const place = suppressorNode(checked, index) ?? checked.node;
    checked.document.report(place, {
      code: 'suppression-cycle',
      message,
      hint: 'Remove one of the entries.',
    });
  }
}
