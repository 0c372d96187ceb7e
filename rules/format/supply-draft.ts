import type { Rule } from '../rule.js';
import { declaredNames } from './declared-names.js';
import type { Document } from './document.js';
import { child, type JsonNode, textOf, textsOf } from './json-tree.js';
import { readInputs } from './read-inputs.js';
import { readLets } from './read-lets.js';
import type { RuleDraft } from './read-rule.js';
import { RuleContext } from './rule-context.js';
import type { Supplies } from './supplies.js';

/** A view or model as it was read: its signals stand in a rule without conditions, to be checked as rules are. */
export interface SupplyDraft<Read> extends RuleDraft {
  /** What it comes to, if nothing was reported: given what the check made of its rule. */
  readonly finish: (checked: Pick<Rule, 'groupBy' | 'tables' | 'functions'>) => Read;
}

/** A file of its own may name its schema. */
export const FILE_KEYS: ReadonlySet<string> = new Set(['$schema']);

/** Reads what views and models have in common with rules. */
export function readSignalParts(
  document: Document,
  node: JsonNode,
  supplies: Supplies,
): Pick<RuleDraft, 'node' | 'context' | 'groupBy' | 'rule'> {
  const context = new RuleContext(document, node, declaredNames(node));
  const groupBy = textsOf(child(node, 'groupBy'));
  const rule: Rule = {
    id: textOf(child(node, 'id')) ?? '',
    title: null,
    description: null,
    runbook: null,
    enabled: true,
    inputs: readInputs(context, child(node, 'inputs'), supplies),
    groupBy: groupBy ?? [],
    lets: readLets(context, child(node, 'let')),
    levels: [],
    labels: [],
    active: null,
    suppressedBy: [],
    tables: [],
    functions: [],
    keepForMs: 0,
    latch: false,
    onUnknown: 'hold',
    message: { parts: [] },
    notify: null,
    quiet: false,
    forgetAfterMs: 0,
    maxInstances: 1,
  };
  return { node, context, groupBy, rule };
}
