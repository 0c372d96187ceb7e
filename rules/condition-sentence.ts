import { describeSignal } from './describe-condition.js';
import { formatDuration } from './format/duration.js';
import type { Comparison, Condition, Operand } from './rule.js';

/** A whole condition on one line, for people: `oil above 70 for 4s`, `state is "running" for 20s and pace below 20`. */
export function conditionSentence(condition: Condition): string {
  switch (condition.kind) {
    case 'compare':
      return `${describeSignal(condition.signal)} ${comparisonWords(condition.comparison)}`;
    case 'expression':
      return condition.source;
    case 'absent':
      return `no ${condition.input} for ${formatDuration(condition.forMs)}`;
    case 'changed':
      return `${describeSignal(condition.of)} changed`;
    case 'all':
      return joined(condition.of, ' and ');
    case 'any':
      return joined(condition.of, ' or ');
    case 'not':
      return `not ${part(condition.of)}`;
    case 'some':
      return `${condition.count} of: ${joined(condition.of, ', ')}`;
    case 'sequence':
      return `${joined(condition.of, ', then ')}, within ${formatDuration(condition.withinMs)}`;
    case 'after':
      return `${part(condition.cause)} without ${part(condition.expect)} within ${formatDuration(condition.withinMs)}`;
    case 'times':
      return `${part(condition.of)} ${condition.count} times within ${formatDuration(condition.withinMs)}`;
    case 'for':
      return `${part(condition.of)} for ${formatDuration(condition.forMs)}`;
    case 'keepFor':
      return conditionSentence(condition.of);
  }
}

function joined(conditions: readonly Condition[], word: string): string {
  const [only, ...others] = conditions;
  return only !== undefined && others.length === 0
    ? conditionSentence(only)
    : conditions.map(part).join(word);
}

const OPEN: readonly Condition['kind'][] = ['all', 'any', 'some', 'sequence', 'after', 'expression'];

/** In brackets where it could be read together with what stands beside it. */
function part(condition: Condition): string {
  const isSingle = (condition.kind === 'all' || condition.kind === 'any') && condition.of.length === 1;
  const text = conditionSentence(condition);
  return OPEN.includes(condition.kind) && !isSingle && text.includes(' ') ? `(${text})` : text;
}

const WORDS: Readonly<Record<Comparison['comparator'], string>> = {
  above: 'above',
  atLeast: 'at least',
  below: 'below',
  atMost: 'at most',
  equals: 'is',
  notEquals: 'is not',
  in: 'is one of',
  notIn: 'is none of',
  between: 'between',
  outside: 'outside',
};

/** `at least 6`, `between 1 and 5` */
function comparisonWords(comparison: Comparison): string {
  const word = WORDS[comparison.comparator];
  if ('operand' in comparison) return `${word} ${operandWords(comparison.operand)}`;
  if ('operands' in comparison) return `${word} ${comparison.operands.map(operandWords).join(', ')}`;
  const between = comparison.comparator === 'between' ? 'and' : 'to';
  return `${word} ${operandWords(comparison.low)} ${between} ${operandWords(comparison.high)}`;
}

function operandWords(operand: Operand): string {
  return operand.kind === 'literal' ? JSON.stringify(operand.value) : describeSignal(operand.signal);
}
