import type { Aggregate, Signal } from '../rule.js';
import {
  type AggregateShape,
  acrossShape,
  aggregateShapes,
  comparisonShape,
  isSignalKey,
  type SignalKey,
  signalShapes,
} from './condition-shapes.js';
import { findSubject } from './find-subject.js';
import {
  ACROSS_FUNCTIONS,
  AGGREGATE_TRAITS,
  aggregateFunction,
  type FunctionName,
  isAcrossFunction,
} from './function-names.js';
import {
  child,
  describeNode,
  headOf,
  type JsonNode,
  type JsonObject,
  keyPlace,
  textOf,
} from './json-tree.js';
import { readOperand, readWhere } from './read-comparison.js';
import { readCondition } from './read-condition.js';
import { readExpression } from './read-expression.js';
import { readInputName } from './read-input-name.js';
import { checkWindowKeys, readWindow } from './read-window.js';
import { BROKEN_SIGNAL, type RuleContext } from './rule-context.js';
import { slotWords } from './slot.js';

/** Reads a signal wherever one is expected: a name, an expression, or an object (rule reference, section 3). */
export function readSignal(context: RuleContext, node: JsonNode | undefined): Signal {
  if (!node) return BROKEN_SIGNAL;
  const text = textOf(node);
  if (text !== null) return readSignalText(context, node, text);
  if (node.kind !== 'object') {
    const message = `A signal belongs here, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message, hint: `It is ${slotWords('signal')}.` });
    return BROKEN_SIGNAL;
  }
  const subject = findSubject(context, node, 'signal');
  if (subject === null) return BROKEN_SIGNAL;
  refuseComparator(context, node);
  return readSignalObject(context, node, subject, COMPARATOR_KEYS);
}

/**
 * Reads a signal whose readings count. A `let` that only gives an input another name, or the `value` of one, is that
 * input.
 */
export function readSource(context: RuleContext, node: JsonNode | undefined): Signal {
  let signal = readSignal(context, node);
  while (signal.kind === 'value') signal = signal.of;
  if (signal.kind !== 'name' || signal.name === '' || !node) return signal;
  return context.mark({ kind: 'name', name: context.inputOf(signal.name) }, node);
}

/**
 * Reads a signal object whose subject (`value`, `avg` …) is known. `elsewhere`: keys that make a condition of it,
 * which somebody else looks at.
 */
export function readSignalObject(
  context: RuleContext,
  node: JsonObject,
  subject: string,
  elsewhere: ReadonlySet<string>,
): Signal {
  const signal = isSignalKey(subject)
    ? readPlainSignal(context, node, subject, elsewhere)
    : readFunction(context, node, subject, new Set([...elsewhere, subject]));
  return signal === BROKEN_SIGNAL ? signal : context.mark(signal, keyPlace(node, subject));
}

const COMPARATOR_KEYS: ReadonlySet<string> = new Set(Object.keys(comparisonShape.shape));

function refuseComparator(context: RuleContext, node: JsonObject): void {
  const comparator = [...node.properties.keys()].find((key) => COMPARATOR_KEYS.has(key));
  if (comparator === undefined) return;
  const message = `\`${comparator}\` makes a condition, and a signal belongs here.`;
  const hint = 'Compare in `when`, or use an expression such as "temp > 80".';
  context.report(keyPlace(node, comparator), { code: 'comparator-not-allowed', message, hint });
}

/** A name if it is one exactly, otherwise an expression. */
function readSignalText(context: RuleContext, node: JsonNode, text: string): Signal {
  if (context.isName(text)) return context.mark({ kind: 'name', name: text }, node);
  const expression = readExpression(context, node, text);
  if (!expression) return BROKEN_SIGNAL;
  const isName = expression.kind === 'name' && context.isName(expression.name);
  const signal: Signal = isName
    ? { kind: 'name', name: expression.name }
    : { kind: 'expression', expression, source: text };
  return context.mark(signal, node);
}

function readPlainSignal(
  context: RuleContext,
  node: JsonObject,
  subject: SignalKey,
  elsewhere: ReadonlySet<string>,
): Signal {
  switch (subject) {
    case 'value':
      context.document.read(node, signalShapes.value, elsewhere);
      return { kind: 'value', of: readSignal(context, child(node, 'value')) };
    case 'previous':
      context.document.read(node, signalShapes.previous, elsewhere);
      return { kind: 'previous', of: readSource(context, child(node, 'previous')) };
    case 'expr': {
      const shape = context.document.read(node, signalShapes.expr, elsewhere);
      const expr = child(node, 'expr');
      return shape && expr ? readSignalText(context, expr, shape.expr) : BROKEN_SIGNAL;
    }
    case 'lookup': {
      const shape = context.document.read(node, signalShapes.lookup, elsewhere);
      if (!shape) return BROKEN_SIGNAL;
      return { kind: 'lookup', table: shape.lookup, column: shape.column, default: shape.default ?? null };
    }
    case 'ewma': {
      const shape = context.document.read(node, signalShapes.ewma, elsewhere);
      return { kind: 'ewma', of: readSource(context, child(node, 'ewma')), halfLifeMs: shape?.halfLife ?? 1 };
    }
  }
}

function readFunction(
  context: RuleContext,
  node: JsonObject,
  key: string,
  elsewhere: ReadonlySet<string>,
): Signal {
  const found = aggregateFunction(key);
  if (!found) return BROKEN_SIGNAL;
  return node.properties.has('across')
    ? readAcross(context, node, key, elsewhere)
    : readAggregate(context, node, { key, found }, elsewhere);
}

function readAggregate(
  context: RuleContext,
  node: JsonObject,
  { key, found }: { key: string; found: FunctionName },
  elsewhere: ReadonlySet<string>,
): Signal {
  const { option, isTimeWeighted } = AGGREGATE_TRAITS[found.function];
  const shape: AggregateShape | null = context.document.read(node, aggregateShapes[option], elsewhere);
  const of = readSource(context, child(node, key));
  const where = readWhere(context, child(node, 'where'));
  const limit = node.properties.has('limit') ? readOperand(context, child(node, 'limit')) : null;
  if (!shape) {
    if (node.properties.has('during')) readCondition(context, child(node, 'during'));
    return BROKEN_SIGNAL;
  }
  const window = readWindow(context, node, shape);
  if (!window) return BROKEN_SIGNAL;
  checkWindowKeys(context, node, window, shape);
  if (isTimeWeighted) refuseCountWindow(context, node, key, window.kind === 'count');
  const aggregate: Aggregate = {
    kind: 'aggregate',
    ...found,
    of,
    window,
    where,
    minCount: shape.minCount ?? null,
    full: shape.full,
    perMs: 'per' in shape ? shape.per : 1000,
    aheadMs: 'ahead' in shape ? shape.ahead : null,
    limit: limit && 'from' in shape ? { operand: limit, from: shape.from } : null,
  };
  return aggregate;
}

function refuseCountWindow(context: RuleContext, node: JsonObject, key: string, isCount: boolean): void {
  if (!isCount) return;
  const message = `\`${key}\` weighs values by the time they hold; a number of readings has no length.`;
  context.report(keyPlace(node, 'over'), {
    code: 'bad-window',
    message,
    hint: 'Give "over" a time, such as "5m".',
  });
}

function readAcross(
  context: RuleContext,
  node: JsonObject,
  key: string,
  elsewhere: ReadonlySet<string>,
): Signal {
  const windowKey = [...node.properties.keys()].find((one) => WINDOW_KEYS.has(one));
  if (windowKey !== undefined) {
    const message = `\`across\` takes the latest value of each series; \`${windowKey}\` has no meaning beside it.`;
    context.report(keyPlace(node, windowKey), { code: 'bad-window', message });
  }
  const shape = context.document.read(node, acrossShape, new Set([...elsewhere, ...WINDOW_KEYS]));
  const input = readInputName(
    context,
    child(node, key),
    'Only the series of an input can be aggregated across',
  );
  if (!isAcrossFunction(key)) {
    const message = `\`${key}\` cannot run across series.`;
    const hint = `These can: ${ACROSS_FUNCTIONS.map((name) => `\`${name}\``).join(', ')}.`;
    context.report(keyPlace(node, key), { code: 'unknown-function', message, hint });
    return BROKEN_SIGNAL;
  }
  return { kind: 'across', function: key, input, label: shape?.across ?? '' };
}

const WINDOW_KEYS: ReadonlySet<string> = new Set(Object.keys(aggregateShapes.none.shape));
