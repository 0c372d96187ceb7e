import type { Plan } from '../engine.js';
import type { Rule } from '../rule.js';
import { checkRule, type SiteParts } from './check-rule.js';
import { type CheckedRule, checkRuleSet } from './check-rule-set.js';
import { Document, nodeAt, type Path, type SourceFile } from './document.js';
import { type FunctionMaker, isFunctionFile, NO_FUNCTIONS, readFunctions } from './functions.js';
import type { Issue } from './issue.js';
import { describeNode, headOf, type JsonNode, type Span } from './json-tree.js';
import { loadSupplies } from './load-supplies.js';
import { type ModelDeclaration, type ModelMaker, NO_MODELS } from './model-format.js';
import { readRule } from './read-rule.js';
import { ruleFileShape } from './rule-shape.js';
import { isSideFile } from './side-files.js';
import type { Supplies } from './supplies.js';
import { isTableFile, readTables } from './tables.js';

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
  /** What the models of the plan declare. */
  readonly models: readonly ModelDeclaration[];
  /** Every rule, view and model without errors, by kind and id: `rule:press-overheat`. */
  readonly parts: ReadonlyMap<string, LoadedPart>;
  /** Where each view and model without errors was read, by kind and id: `view:line-load`. */
  readonly supplyOrigins: ReadonlyMap<string, RuleOrigin>;
}

/** Something that has an id, and the file that it stands in. */
export interface LoadedPart {
  readonly id: string;
  readonly path: string;
}

export interface LoadOptions {
  /** Takes also what the engine cannot evaluate yet, and rules whose tables are not there. */
  readonly allowAll?: boolean;
  /** What scores; by default nothing, and no model file is right. */
  readonly models?: ModelMaker;
  /** What makes functions of the files of `functions/`; by default nothing, and none of them is right. */
  readonly functions?: FunctionMaker;
}

export interface RuleOrigin {
  readonly document: Document;
  /** The object that it was read from. */
  readonly node: JsonNode;
  /** The place of a part of the rule by its path, such as `['notify', 0]`: `document.report(at(path), …)`. */
  at(path: Path): Span;
}

/**
 * Reads all files of a site together that say what is evaluated, as they refer to each other. The folder of a file says
 * what it is: `views/`, `models/`, `tables/`, `functions/`, and rules otherwise. Never throws: whatever is wrong is an issue, and what
 * nothing is wrong with is loaded all the same.
 *
 * ```ts
 * const { plan, issues } = loadRules([{ path: 'rules/press.json', text }]);
 * if (issues.length === 0) createEngine(plan);
 * ```
 */
export function loadRules(
  files: readonly SourceFile[],
  { allowAll = false, models = NO_MODELS, functions = NO_FUNCTIONS }: LoadOptions = {},
): LoadedRules {
  const parts = { tables: readTables(files), functions: readFunctions(files, functions) };
  const documents = files
    .filter((file) => !isTableFile(file) && !isFunctionFile(file) && !isSideFile(file))
    .map((file) => new Document(file));
  const of = (folder: string) => documents.filter(({ path }) => folderOf(path) === folder);
  const loadedSupplies = loadSupplies({ view: of('views'), model: of('models') }, models, parts);
  const { views, supplies } = loadedSupplies;
  const checked = of('rules').flatMap((document) => readFile(document, { allowAll, supplies, parts }));
  checkRuleSet(checked);
  const loaded = checked.filter(isRight);
  const rules = loaded.map(({ rule }) => rule);
  return {
    rules,
    plan: { rules, views, models: loadedSupplies.models },
    models: loadedSupplies.declarations,
    issues: [
      ...documents.flatMap((document) => document.issues),
      ...parts.tables.issues,
      ...parts.functions.issues,
    ],
    origins: new Map(loaded.map((one) => [one.rule.id, originOf(one)])),
    supplyOrigins: new Map([...loadedSupplies.origins].map(([key, one]) => [key, originOf(one)])),
    parts: new Map([
      ...loaded.map(
        ({ rule, document }) => [`rule:${rule.id}`, { id: rule.id, path: document.path }] as const,
      ),
      ...[...loadedSupplies.origins].map(
        ([key, { document, id }]) => [key, { id, path: document.path }] as const,
      ),
    ]),
  };
}

interface ReadOptions {
  readonly allowAll: boolean;
  readonly supplies: Supplies;
  readonly parts: SiteParts;
}

function readFile(document: Document, { allowAll, supplies, parts }: ReadOptions): CheckedRule[] {
  return ruleNodes(document).flatMap((node) => {
    const draft = readRule(document, node, supplies);
    return draft ? { document, node, ...checkRule(draft, parts, allowAll) } : [];
  });
}

/** What a file is, by the folder that it stands in. */
function folderOf(path: string): 'rules' | 'views' | 'models' {
  const [folder] = path.split('/');
  return folder === 'views' || folder === 'models' ? folder : 'rules';
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

function originOf({ document, node }: Pick<CheckedRule, 'document' | 'node'>): RuleOrigin {
  return { document, node, at: (path) => headOf(nodeAt(node, path).node) };
}
