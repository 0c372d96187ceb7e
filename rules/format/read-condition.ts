import type { Condition } from '../rule.js';
import {
  COMPARATORS,
  type ConditionKey,
  comparisonShape,
  conditionShapes,
  isConditionKey,
  modifiersShape,
  OPTION_KEYS,
  signalShapes,
} from './condition-shapes.js';
import { findSubject } from './find-subject.js';
import {
  child,
  describeNode,
  headOf,
  type JsonNode,
  type JsonObject,
  keyPlace,
  textOf,
} from './json-tree.js';
import { readComparison } from './read-comparison.js';
import { readExpression } from './read-expression.js';
import { readInputName } from './read-input-name.js';
import { readModifiers } from './read-modifiers.js';
import { readSignalObject, readSource } from './read-signal.js';
import { BROKEN_CONDITION, type RuleContext } from './rule-context.js';
import { slotWords } from './slot.js';

/** Reads a condition: an expression, or an object with its modifiers (rule reference, section 4). */
export function readCondition(context: RuleContext, node: JsonNode | undefined): Condition {
  if (!node) return BROKEN_CONDITION;
  const source = textOf(node);
  if (source !== null) return readExpressionCondition(context, node, source);
  if (node.kind !== 'object') {
    const message = `A condition belongs here, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message, hint: `It is ${slotWords('condition')}.` });
    return BROKEN_CONDITION;
  }
  const subject = findSubject(context, node, 'condition');
  if (subject === null) return BROKEN_CONDITION;
  const condition = isConditionKey(subject)
    ? readPlainCondition(context, node, subject)
    : readSignalCondition(context, node, subject);
  if (condition !== BROKEN_CONDITION) context.mark(condition, keyPlace(node, subject));
  return readModifiers(context, node, subject, condition);
}

function readExpressionCondition(context: RuleContext, node: JsonNode, source: string): Condition {
  const expression = readExpression(context, node, source);
  return expression ? { kind: 'expression', expression, source } : BROKEN_CONDITION;
}

/** Keys that make a condition of a signal object. */
const COMPARISON_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(comparisonShape.shape),
  ...Object.keys(modifiersShape.shape),
]);

/** A signal with a comparator, or an expression without one. */
function readSignalCondition(context: RuleContext, node: JsonObject, subject: string): Condition {
  const isCompared = [...node.properties.keys()].some((key) => COMPARATORS.has(key));
  if (subject === 'expr' && !isCompared) return readExprCondition(context, node);
  const signal = readSignalObject(context, node, subject, COMPARISON_KEYS);
  const comparison = readComparison(context, node);
  if (comparison) return { kind: 'compare', signal, ...comparison };
  // A key that means nothing was reported already, and is probably the comparator.
  if (!isCompared && !hasUnknownKey(node, subject)) {
    const message = `\`${subject}\` is compared with nothing.`;
    const hint = `Add a comparator: ${[...COMPARATORS].map((key) => `\`${key}\``).join(', ')}.`;
    context.report(keyPlace(node, subject), { code: 'missing-comparator', message, hint });
  }
  return BROKEN_CONDITION;
}

function readExprCondition(context: RuleContext, node: JsonObject): Condition {
  const deadband = node.properties.get('deadband');
  if (deadband) {
    const message = 'An expression that is a condition by itself takes no deadband.';
    const hint = 'Compare its value: { "expr": "temp - ambient", "above": 40, "deadband": 5 }.';
    context.report(deadband.key, { code: 'deadband-not-allowed', message, hint });
  }
  const shape = context.document.read(node, signalShapes.expr, COMPARISON_KEYS);
  const expr = child(node, 'expr');
  return shape && expr ? readExpressionCondition(context, expr, shape.expr) : BROKEN_CONDITION;
}

function hasUnknownKey(node: JsonObject, subject: string): boolean {
  return [...node.properties.keys()].some(
    (key) => key !== subject && !OPTION_KEYS.has(key) && !COMPARISON_KEYS.has(key),
  );
}

function readPlainCondition(context: RuleContext, node: JsonObject, subject: ConditionKey): Condition {
  const elsewhere = refuseComparison(context, node, subject);
  const part = (key: string): Condition => readCondition(context, child(node, key));
  switch (subject) {
    case 'all':
    case 'any':
      context.document.read(node, conditionShapes[subject], elsewhere);
      return { kind: subject, of: readConditions(context, child(node, subject)) };
    case 'not':
      context.document.read(node, conditionShapes.not, elsewhere);
      return { kind: 'not', of: part('not') };
    case 'some':
      return readSome(context, node, elsewhere);
    case 'absent':
      return readAbsent(context, node, elsewhere);
    case 'changed':
      context.document.read(node, conditionShapes.changed, elsewhere);
      return { kind: 'changed', of: readSource(context, child(node, 'changed')) };
    case 'sequence': {
      const shape = context.document.read(node, conditionShapes.sequence, elsewhere);
      const of = readConditions(context, child(node, 'sequence'));
      const unless = node.properties.has('unless') ? part('unless') : null;
      return { kind: 'sequence', of, withinMs: shape?.within ?? 0, unless };
    }
    case 'after': {
      const shape = context.document.read(node, conditionShapes.after, elsewhere);
      return { kind: 'after', cause: part('after'), expect: part('expect'), withinMs: shape?.within ?? 0 };
    }
  }
}

/** Complains about comparators on a condition that is true or false by itself. Gives the keys that its shape is to pass over. */
function refuseComparison(
  context: RuleContext,
  node: JsonObject,
  subject: ConditionKey,
): ReadonlySet<string> {
  const elsewhere = new Set<string>(COMPARISON_KEYS);
  for (const own of Object.keys(conditionShapes[subject].shape)) elsewhere.delete(own);
  const comparator = [...node.properties.keys()].find((key) => Object.hasOwn(comparisonShape.shape, key));
  if (comparator !== undefined) {
    const message = `\`${subject}\` is true or false by itself; \`${comparator}\` has nothing to compare.`;
    context.report(keyPlace(node, comparator), { code: 'comparator-not-allowed', message });
  }
  return elsewhere;
}

function readConditions(context: RuleContext, node: JsonNode | undefined): Condition[] {
  if (!node) return [];
  if (node.kind !== 'array') {
    const message = `A list of conditions belongs here, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message, hint: 'Put it in brackets: [ … ].' });
    return [];
  }
  if (node.items.length === 0) {
    const message = 'This list of conditions must not be empty.';
    context.report(headOf(node), { code: 'empty-list', message });
  }
  return node.items.map((item) => readCondition(context, item));
}

function readSome(context: RuleContext, node: JsonObject, elsewhere: ReadonlySet<string>): Condition {
  const shape = context.document.read(node, conditionShapes.some, elsewhere);
  const of = readConditions(context, child(node, 'of'));
  const count = shape?.some ?? 1;
  if (of.length > 0 && count > of.length) {
    const message = `\`some\` asks for ${count} of ${of.length} conditions.`;
    context.report(child(node, 'some') ?? node, { code: 'out-of-range', message });
  }
  return { kind: 'some', count, of };
}

function readAbsent(context: RuleContext, node: JsonObject, elsewhere: ReadonlySet<string>): Condition {
  const shape = context.document.read(node, conditionShapes.absent, elsewhere);
  const input = readInputName(context, child(node, 'absent'), 'Only inputs can be absent');
  return { kind: 'absent', input, forMs: shape?.for ?? 0, expected: shape?.expected ?? null };
}
