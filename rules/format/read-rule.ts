import type { FixedLabel, Let, Level, Rule, Severity, Suppressor } from '../rule.js';
import type { Template } from '../template.js';
import type { Document } from './document.js';
import { child, describeNode, headOf, type JsonNode, type JsonObject, textOf } from './json-tree.js';
import { parseTemplate } from './parse-template.js';
import { readActive } from './read-active.js';
import { readCondition } from './read-condition.js';
import { checkName, readInputs } from './read-inputs.js';
import { readSignal } from './read-signal.js';
import { RuleContext } from './rule-context.js';
import { isSeverity, levelsShape, type RuleShape, ruleShape } from './rule-shape.js';
import { slotWords } from './slot.js';

/** A rule as it was read: its names are not looked up yet. */
export interface RuleDraft {
  readonly node: JsonNode;
  readonly context: RuleContext;
  /** `null` where `groupBy` is not given. */
  readonly groupBy: readonly string[] | null;
  readonly rule: Rule;
}

/**
 * Reads one rule (rule reference, section 1) and reports every mistake of form. Broken parts are left out or stand
 * in, so that the rest can be looked at further; a draft with issues must not be used as a rule.
 * `null` if it is no object.
 */
export function readRule(document: Document, node: JsonNode): RuleDraft | null {
  const isWholeFile = node === document.root;
  const shape = document.read(node, ruleShape, isWholeFile ? FILE_KEYS : undefined);
  if (node.kind !== 'object') return null;
  const names = declaredNames(node);
  const context = new RuleContext(document, node, names);
  const inputs = readInputs(context, child(node, 'inputs'));
  const lets = readLets(context, child(node, 'let'));
  const levels = readLevels(context, node, shape);
  const active = readActive(context, child(node, 'active'));
  const id = textOf(child(node, 'id')) ?? '';
  const text = shape?.message ?? shape?.title ?? id;
  const message =
    shape?.message === undefined ? literalTemplate(text) : readMessage(context, child(node, 'message'), text);
  const rule: Rule = {
    id,
    title: shape?.title ?? null,
    description: shape?.description ?? null,
    runbook: shape?.runbook ?? null,
    enabled: shape?.enabled ?? true,
    inputs,
    groupBy: shape?.groupBy ?? [],
    lets,
    levels,
    labels: fixedLabels(child(node, 'labels')),
    active,
    suppressedBy: readSuppressors(shape),
    keepForMs: shape?.keepFor ?? 0,
    latch: shape?.latch ?? false,
    onUnknown: shape?.onUnknown ?? 'hold',
    message,
    notify: shape?.notify ?? null,
    quiet: shape?.quiet ?? false,
    forgetAfterMs: shape?.forgetAfter ?? 0,
    maxInstances: shape?.maxInstances ?? 1,
  };
  return { node, context, groupBy: shape?.groupBy ?? null, rule };
}

/** A rule that is a file of its own may name the schema of rule files. */
const FILE_KEYS: ReadonlySet<string> = new Set(['$schema']);

/** The names of inputs and `let` signals, and those of the latter that only stand for an input. */
function declaredNames(node: JsonObject) {
  const inputs = child(node, 'inputs');
  const lets = child(node, 'let');
  const inputNames = inputs?.kind === 'object' ? [...inputs.properties.keys()] : [];
  const letNodes = lets?.kind === 'object' ? [...lets.properties] : [];
  const targets = new Map<string, string>();
  for (const [name, { value }] of letNodes) {
    const target = soleName(value);
    if (target !== null) targets.set(name, target);
  }
  const isInput = new Set(inputNames);
  const aliases = new Map<string, string>();
  for (const name of targets.keys()) {
    const input = follow(targets, name, isInput);
    if (input !== null) aliases.set(name, input);
  }
  return { all: new Set([...inputNames, ...letNodes.map(([name]) => name)]), aliases };
}

/** The name that a `let` consists of, as `"temp"`, `{ "value": "temp" }` or `{ "expr": "temp" }`. */
function soleName(node: JsonNode): string | null {
  const text =
    textOf(node) ??
    (node.kind === 'object' && node.properties.size === 1
      ? (textOf(child(node, 'value')) ?? textOf(child(node, 'expr')))
      : null);
  return text?.trim() ?? null;
}

/** The input at the end of a chain of names; `null` if it ends elsewhere or runs in a circle. */
function follow(
  targets: ReadonlyMap<string, string>,
  name: string,
  isInput: ReadonlySet<string>,
): string | null {
  let current: string | undefined = name;
  for (let steps = 0; current !== undefined && steps <= targets.size; steps++) {
    if (isInput.has(current)) return current;
    current = targets.get(current);
  }
  return null;
}

function readLets(context: RuleContext, node: JsonNode | undefined): Let[] {
  if (!node) return [];
  if (node.kind !== 'object') {
    const message = `\`let\` must be ${slotWords('lets')}, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message });
    return [];
  }
  return [...node.properties].map(([name, { key, value }]) => {
    checkName(context, name, key);
    return context.mark({ name, signal: readSignal(context, value) }, key);
  });
}

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

function readSuppressors(shape: RuleShape | null): Suppressor[] {
  return (shape?.suppressedBy ?? []).map(({ rule, on }) => ({ rule, on: on ?? null }));
}

/** A text that is no template: braces in it are braces. */
function literalTemplate(text: string): Template {
  return { parts: text === '' ? [] : [{ kind: 'text', text }] };
}

function readMessage(context: RuleContext, node: JsonNode | undefined, text: string): Template {
  const { template, ranges, problems } = parseTemplate(text);
  if (!node) return template;
  for (const [part, range] of ranges) context.markInText(part, node, range);
  for (const { message, hint, ...range } of problems) {
    context.report(context.inText(node, range), { code: 'bad-template', message, hint });
  }
  return template;
}
