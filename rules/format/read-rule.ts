import type { FixedLabel, Level, Rule, Severity, Suppressor } from '../rule.js';
import type { Template } from '../template.js';
import { declaredNames } from './declared-names.js';
import type { Document } from './document.js';
import { child, type JsonNode, type JsonObject, textOf, textsOf } from './json-tree.js';
import { parseTemplate } from './parse-template.js';
import { readActive } from './read-active.js';
import { readCondition } from './read-condition.js';
import { readInputs } from './read-inputs.js';
import { readLets } from './read-lets.js';
import { RuleContext } from './rule-context.js';
import { isSeverity, levelsShape, type RuleShape, ruleShape } from './rule-shape.js';
import type { Supplies } from './supplies.js';

/** A rule as it was read: its names are not looked up yet. */
export interface RuleDraft {
  readonly node: JsonNode;
  readonly context: RuleContext;
  /** `null` where `groupBy` is not given. */
  readonly groupBy: readonly string[] | null;
  readonly rule: Rule;
  /** That it can have. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Reads one rule (rule reference, section 1) and reports every mistake of form. Broken parts are left out or stand
 * in, so that the rest can be looked at further; a draft with issues must not be used as a rule.
 * `null` if it is no object.
 */
export function readRule(document: Document, node: JsonNode, supplies: Supplies): RuleDraft | null {
  const isWholeFile = node === document.root;
  const shape = document.read(node, ruleShape, isWholeFile ? FILE_KEYS : undefined);
  if (node.kind !== 'object') return null;
  const context = new RuleContext(document, node, declaredNames(node));
  const groupBy = textsOf(child(node, 'groupBy'));
  const inputs = readInputs(context, child(node, 'inputs'), supplies);
  const lets = readLets(context, child(node, 'let'));
  const levels = readLevels(context, node, shape);
  const active = readActive(context, child(node, 'active'));
  const id = textOf(child(node, 'id')) ?? '';
  const message = readMessage(context, child(node, 'message')) ?? literalTemplate(shape?.title ?? id);
  const rule: Rule = {
    id,
    title: shape?.title ?? null,
    description: shape?.description ?? null,
    runbook: shape?.runbook ?? null,
    enabled: shape?.enabled ?? true,
    inputs,
    groupBy: groupBy ?? [],
    lets,
    levels,
    labels: fixedLabels(child(node, 'labels')),
    active,
    suppressedBy: readSuppressors(child(node, 'suppressedBy')),
    tables: [],
    functions: [],
    keepForMs: shape?.keepFor ?? 0,
    latch: shape?.latch ?? false,
    onUnknown: shape?.onUnknown ?? 'hold',
    message,
    notify: shape?.notify ?? null,
    quiet: shape?.quiet ?? false,
    forgetAfterMs: shape?.forgetAfter ?? 0,
    maxInstances: shape?.maxInstances ?? 1,
  };
  return { node, context, groupBy, rule, keys: RULE_KEYS };
}

/** A rule that is a file of its own may name the schema of rule files. */
const FILE_KEYS: ReadonlySet<string> = new Set(['$schema']);
const RULE_KEYS: ReadonlySet<string> = new Set([...FILE_KEYS, ...Object.keys(ruleShape.shape)]);

/** Highest severity first; a plain `when` is one level. */
function readLevels(context: RuleContext, node: JsonObject, shape: RuleShape | null): Level[] {
  const when = child(node, 'when');
  if (!when) return [];
  const severity = node.properties.get('severity');
  if (when.kind !== 'object' || ![...when.properties.keys()].some(isSeverity)) {
    return [{ severity: shape?.severity ?? 'warning', condition: readCondition(context, when) }];
  }
  if (severity) {
    const message = '`severity` has no meaning where `when` has a condition for each severity.';
    context.report(severity.key, { code: 'severity-twice', message, hint: 'Remove it.' });
  }
  context.document.read(when, levelsShape);
  return HIGHEST_FIRST.flatMap((level) => {
    const condition = child(when, level);
    return condition ? [{ severity: level, condition: readCondition(context, condition) }] : [];
  });
}

const HIGHEST_FIRST: readonly Severity[] = ['critical', 'warning', 'info'];

/** Read from the tree, in which a label may have any name. */
function fixedLabels(node: JsonNode | undefined): FixedLabel[] {
  if (node?.kind !== 'object') return [];
  const labels = [...node.properties].map(([name, { value }]) => ({ name, value: textOf(value) ?? '' }));
  return labels.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its shape was checked with the rule's; here only what is right is taken. */
function readSuppressors(node: JsonNode | undefined): Suppressor[] {
  if (node?.kind !== 'array') return [];
  return node.items.map((entry) => ({
    rule: textOf(child(entry, 'rule')) ?? '',
    on: textsOf(child(entry, 'on')),
  }));
}

/** A text that is no template: braces in it are braces. */
function literalTemplate(text: string): Template {
  return { parts: text === '' ? [] : [{ kind: 'text', text }] };
}

function readMessage(context: RuleContext, node: JsonNode | undefined): Template | null {
  const text = textOf(node);
  if (!node || text === null) return null;
  const { template, ranges, problems } = parseTemplate(text);
  for (const [part, range] of ranges) context.markInText(part, node, range);
  for (const { message, hint, ...range } of problems) {
    context.report(context.inText(node, range), { code: 'bad-template', message, hint });
  }
  return template;
}
