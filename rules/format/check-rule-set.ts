import type { Suppressor } from '../rule.js';
import { shortened } from './check-cycles.js';
import { didYouMean } from './did-you-mean.js';
import { child, type JsonNode, type Span } from './json-tree.js';
import { orderGraph } from './order-graph.js';
import type { RuleDraft } from './read-rule.js';
import { scopeOf } from './rule-scope.js';

/** Reports what is wrong between the rules of a site: ids that are there twice, and suppression. */
export function checkRuleSet(drafts: readonly RuleDraft[]): void {
  const byId = checkIds(drafts);
  for (const draft of drafts)
    for (const [index, one] of draft.rule.suppressedBy.entries()) checkSuppressor(draft, index, one, byId);
  checkSuppressionCycles(byId);
}

/** The first rule of each id; it is the one that counts. */
function checkIds(drafts: readonly RuleDraft[]): ReadonlyMap<string, RuleDraft> {
  const byId = new Map<string, RuleDraft>();
  for (const draft of drafts) {
    const { id } = draft.rule;
    const first = byId.get(id);
    if (id === '') continue;
    if (!first) {
      byId.set(id, draft);
      continue;
    }
    const { file, line } = first.context.document.locate(idPlace(first));
    const message = `The id "${id}" is taken by the rule in ${file}, line ${line}.`;
    draft.context.report(idPlace(draft), {
      code: 'duplicate-id',
      message,
      hint: 'Ids are unique in the site.',
    });
  }
  return byId;
}

function idPlace(draft: RuleDraft): Span {
  return child(draft.node, 'id') ?? draft.node;
}

function checkSuppressor(
  draft: RuleDraft,
  index: number,
  suppressor: Suppressor,
  byId: ReadonlyMap<string, RuleDraft>,
): void {
  const entry = suppressorNode(draft, index);
  if (!entry) return;
  const other = byId.get(suppressor.rule);
  if (!other) {
    const guess = didYouMean(suppressor.rule, byId.keys());
    const hint = guess && `Did you mean \`${guess}\`?`;
    const message = `There is no rule with the id "${suppressor.rule}".`;
    draft.context.report(child(entry, 'rule') ?? entry, { code: 'unknown-rule', message, hint });
    return;
  }
  checkOn(draft, other, child(entry, 'on'), suppressor.on ?? []);
}

function suppressorNode(draft: RuleDraft, index: number): JsonNode | undefined {
  const list = child(draft.node, 'suppressedBy');
  return list?.kind === 'array' ? list.items[index] : undefined;
}

/** Labels to be equal must be there on both sides. */
function checkOn(
  draft: RuleDraft,
  other: RuleDraft,
  list: JsonNode | undefined,
  on: readonly string[],
): void {
  if (list?.kind !== 'array') return;
  const [scope, otherScope] = [scopeOf(draft), scopeOf(other)];
  for (const [index, label] of on.entries()) {
    const lacking =
      !scope.labels.has(label) && !scope.hasHiddenLabels
        ? 'This rule'
        : !otherScope.labels.has(label) && !otherScope.hasHiddenLabels
          ? `The rule "${other.rule.id}"`
          : null;
    if (lacking === null) continue;
    const message = `${lacking} has no label \`${label}\`.`;
    draft.context.report(list.items[index] ?? list, { code: 'unknown-label', message });
  }
}

function checkSuppressionCycles(byId: ReadonlyMap<string, RuleDraft>): void {
  const needs = new Map([...byId].map(([id, { rule }]) => [id, rule.suppressedBy.map((one) => one.rule)]));
  for (const cycle of orderGraph(needs).cycles) {
    const [first = '', next] = cycle;
    const draft = byId.get(first);
    const index = draft?.rule.suppressedBy.findIndex((one) => one.rule === next) ?? -1;
    if (!draft) continue;
    const message = `These rules suppress each other in a circle: ${shortened(cycle).join(' ← ')}.`;
    const place = suppressorNode(draft, index) ?? draft.node;
    draft.context.report(place, { code: 'suppression-cycle', message, hint: 'Remove one of the entries.' });
  }
}
