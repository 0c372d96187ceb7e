import type { Plan } from '../engine.js';
import type { Rule } from '../rule.js';
import { checkRule } from './check-rule.js';
import { type CheckedRule, checkRuleSet } from './check-rule-set.js';
import { Document, nodeAt, type Path, type SourceFile } from './document.js';
import type { Issue } from './issue.js';
import { describeNode, headOf, type JsonNode, type Span } from './json-tree.js';
import { readRule } from './read-rule.js';
import { ruleFileShape } from './rule-shape.js';

export type { SourceFile };

export interface LoadedRules {
  /** Every rule without errors, in order of files and places. */
  readonly rules: Rule[];
  /** What the engine runs of it: the rules, and what they are made of. */
  readonly plan: Plan;
  /** Every problem of every file, in order of files and places. */
  readonly issues: Issue[];
  /** Where each of `rules` was read, by id: for checks that need more than the rule files. */
  readonly origins: ReadonlyMap<string, RuleOrigin>;
}

export interface RuleOrigin {
  readonly document: Document;
  /** The place of a part of the rule by its path, such as `['notify', 0]`: `document.report(at(path), …)`. */
  at(path: Path): Span;
}

/**
 * Reads all rule files of a site together, as rules refer to each other. Never throws: whatever is wrong is an issue,
 * and the rules that nothing is wrong with are loaded all the same.
 *
 * `allowAll`: takes also what the engine cannot evaluate yet.
 *
 * ```ts
 * const { plan, issues } = loadRules([{ path: 'rules/press.json', text }]);
 * if (issues.length === 0) createEngine(plan);
 * ```
 */
export function loadRules(files: readonly SourceFile[], { allowAll = false } = {}): LoadedRules {
  const documents = files.map((file) => new Document(file));
  const checked = documents.flatMap((document) => readFile(document, allowAll));
  checkRuleSet(checked);
  const loaded = checked.filter(isRight);
  const rules = loaded.map(({ rule }) => rule);
  return {
    rules,
    plan: { rules },
    issues: documents.flatMap((document) => document.issues),
    origins: new Map(loaded.map((one) => [one.rule.id, originOf(one)])),
  };
}

function readFile(document: Document, allowAll: boolean): CheckedRule[] {
  return ruleNodes(document).flatMap((node) => {
    const draft = readRule(document, node);
    return draft ? { document, node, ...checkRule(draft, allowAll) } : [];
  });
}

/** A file holds one rule, or an object with a list of them. */
function ruleNodes(document: Document): readonly JsonNode[] {
  const { root } = document;
  if (root === null) return [];
  if (root.kind !== 'object') {
    const hint = 'Write one rule, { "id": … }, or { "rules": [ … ] }.';
    document.report(headOf(root), { code: 'wrong-type', message: 'A rule file holds an object.', hint });
    return [];
  }
  const rules = root.properties.get('rules')?.value;
  if (!rules) return [root];
  document.read(root, ruleFileShape);
  if (rules.kind === 'array') return rules.items;
  const message = `\`rules\` must be a list, not ${describeNode(rules)}.`;
  document.report(headOf(rules), { code: 'wrong-type', message, hint: 'Put the rules in brackets: [ … ].' });
  return [];
}

/** A file that is no JSON has no rules, even where they can be read: who knows what else is missing. */
function isRight({ document, node }: CheckedRule): boolean {
  return !document.isBroken && !document.hasErrorsIn(node);
}

function originOf({ document, node }: CheckedRule): RuleOrigin {
  return { document, at: (path) => headOf(nodeAt(node, path).node) };
}
