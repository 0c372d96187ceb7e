import type { Comparison, Operand } from '../rule.js';
import { type Comparator, deadbandShape, isComparator, whereShape } from './condition-shapes.js';
import { parseDuration } from './duration.js';
import { child, describeNode, headOf, type JsonNode, type JsonObject, keyPlace } from './json-tree.js';
import { readSignal } from './read-signal.js';
import type { RuleContext } from './rule-context.js';
import { slotWords } from './slot.js';

const BROKEN_OPERAND: Operand = { kind: 'signal', signal: { kind: 'name', name: '' } };

/** Reads a value to compare with: a literal, or a signal object (rule reference, section 4). */
export function readOperand(context: RuleContext, node: JsonNode | undefined): Operand {
  if (!node) return BROKEN_OPERAND;
  if (node.kind === 'object')
    return context.mark({ kind: 'signal', signal: readSignal(context, node) }, node);
  if (node.kind === 'array' || node.value === null) {
    const message = `A value belongs here, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message, hint: `It is ${slotWords('operand')}.` });
    return BROKEN_OPERAND;
  }
  const ms = typeof node.value === 'string' ? parseDuration(node.value) : null;
  return context.mark({ kind: 'literal', value: node.value, seconds: ms === null ? null : ms / 1000 }, node);
}

/** The comparison of a condition that needs exactly one; `null` after a mistake in it was reported. */
export function readComparison(
  context: RuleContext,
  node: JsonObject,
): { comparison: Comparison; deadband: number } | null {
  const [comparator, second] = [...node.properties.keys()].filter(isComparator);
  if (comparator === undefined) return null;
  if (second !== undefined) {
    const message = `\`${comparator}\` and \`${second}\` both compare here.`;
    const hint = 'Use "between": [low, high], or two conditions in `all`.';
    context.report(keyPlace(node, second), { code: 'two-comparators', message, hint });
  }
  const deadband = readDeadband(context, node, comparator);
  const comparison = readComparator(context, node, comparator);
  if (!comparison) return null;
  if (comparator === 'outside') checkDeadbandFits(context, node, comparison, deadband);
  return second === undefined ? { comparison, deadband } : null;
}

/** The comparators of `where`: all must hold, constants only, no deadband. */
export function readWhere(context: RuleContext, node: JsonNode | undefined): Comparison[] {
  if (!node) return [];
  if (node.kind !== 'object') {
    context.document.read(node, whereShape);
    return [];
  }
  const deadband = node.properties.get('deadband');
  if (deadband) {
    const message = '`where` looks at single readings and has no `deadband`.';
    context.report(deadband.key, { code: 'deadband-not-allowed', message });
  }
  context.document.read(node, whereShape, new Set(['deadband']));
  const used = [...node.properties.keys()].filter(isComparator);
  if (node.properties.size === 0) {
    const message = '`where` must not be empty.';
    context.report(headOf(node), {
      code: 'empty-list',
      message,
      hint: 'Write { "above": 80 }, or leave it out.',
    });
  }
  const comparisons = used.flatMap((comparator) => readComparator(context, node, comparator) ?? []);
  for (const operand of comparisons.flatMap(operandsOf)) {
    if (operand.kind === 'literal' || operand === BROKEN_OPERAND) continue;
    const message = '`where` compares with constants only.';
    context.reportOn(operand, {
      code: 'not-constant',
      message,
      hint: 'Aggregate an expression over `let` signals instead.',
    });
  }
  return comparisons;
}

export function operandsOf(comparison: Comparison): readonly Operand[] {
  if ('operand' in comparison) return [comparison.operand];
  return 'operands' in comparison ? comparison.operands : [comparison.low, comparison.high];
}

function readComparator(context: RuleContext, node: JsonObject, comparator: Comparator): Comparison | null {
  const value = child(node, comparator);
  if (!value) return null;
  const place = keyPlace(node, comparator);
  switch (comparator) {
    case 'in':
    case 'notIn': {
      const operands = readList(context, value, comparator);
      return operands && context.mark({ comparator, operands }, place);
    }
    case 'between':
    case 'outside': {
      const range = readRange(context, value, comparator);
      return range && context.mark({ comparator, ...range }, place);
    }
    default:
      return context.mark({ comparator, operand: readOperand(context, value) }, place);
  }
}

function readList(context: RuleContext, node: JsonNode, comparator: string): Operand[] | null {
  if (node.kind !== 'array') {
    const message = `\`${comparator}\` takes a list, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message, hint: `Write "${comparator}": [ … ].` });
    return null;
  }
  if (node.items.length === 0) {
    context.report(headOf(node), { code: 'empty-list', message: `\`${comparator}\` must not be empty.` });
  }
  return node.items.map((item) => readOperand(context, item));
}

function readRange(
  context: RuleContext,
  node: JsonNode,
  comparator: string,
): { low: Operand; high: Operand } | null {
  const [first, second] = node.kind === 'array' && node.items.length === 2 ? node.items : [];
  if (!first || !second) {
    const found = node.kind === 'array' ? `a list of ${node.items.length}` : describeNode(node);
    const message = `\`${comparator}\` takes a list of two values, not ${found}.`;
    context.report(headOf(node), {
      code: 'wrong-type',
      message,
      hint: `Write "${comparator}": [low, high].`,
    });
    return null;
  }
  const low = readOperand(context, first);
  const high = readOperand(context, second);
  const [lowest, highest] = [constantNumber(low), constantNumber(high)];
  if (lowest !== null && highest !== null && lowest > highest) {
    const message = `The range of \`${comparator}\` goes from ${lowest} down to ${highest}.`;
    context.report(node, { code: 'range-reversed', message, hint: 'Write the lower value first.' });
  }
  return { low, high };
}

/** What a literal is worth beside a number. */
export function constantNumber(operand: Operand): number | null {
  if (operand.kind !== 'literal') return null;
  return typeof operand.value === 'number' ? operand.value : operand.seconds;
}

const DEADBAND_COMPARATORS: ReadonlySet<Comparator> = new Set([
  'above',
  'atLeast',
  'below',
  'atMost',
  'between',
  'outside',
]);

function readDeadband(context: RuleContext, node: JsonObject, comparator: Comparator): number {
  const deadband = node.properties.get('deadband');
  if (!deadband) return 0;
  if (!DEADBAND_COMPARATORS.has(comparator)) {
    const message = `\`${comparator}\` takes no deadband.`;
    context.report(deadband.key, {
      code: 'deadband-not-allowed',
      message,
      hint: 'Use `for` or `keepFor` against flicker.',
    });
    return 0;
  }
  const others = [...node.properties.keys()].filter((key) => key !== 'deadband');
  return context.document.read(node, deadbandShape, new Set(others))?.deadband ?? 0;
}

/** An `outside` whose deadband reaches from both sides to the middle could never end. */
function checkDeadbandFits(
  context: RuleContext,
  node: JsonObject,
  comparison: Comparison,
  deadband: number,
): void {
  if (!('low' in comparison) || deadband === 0) return;
  const [low, high] = [constantNumber(comparison.low), constantNumber(comparison.high)];
  if (low === null || high === null || low > high || deadband < (high - low) / 2) return;
  const message = `With a deadband of ${deadband}, nothing in [${low}, ${high}] counts as inside again.`;
  const hint = `The deadband must be less than half the span, ${(high - low) / 2}.`;
  context.report(keyPlace(node, 'deadband'), { code: 'deadband-too-wide', message, hint });
}
