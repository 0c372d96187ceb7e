import { formatDuration } from './format/duration.js';
import type { Comparison, Condition, Operand, Signal } from './rule.js';

/** A condition in a few words, for `explain` and rule tests: `temp above 80 (deadband 5)`. Parts stand apart. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': {
      const deadband = condition.deadband > 0 ? ` (deadband ${condition.deadband})` : '';
      return `${describeSignal(condition.signal)} ${describeComparison(condition.comparison)}${deadband}`;
    }
    case 'expression':
      return condition.source;
    case 'absent':
      return `${condition.input} absent for ${formatDuration(condition.forMs)}`;
    case 'changed':
      return `${describeSignal(condition.of)} changed`;
    case 'all':
      return 'all of';
    case 'any':
      return 'any of';
    case 'not':
      return 'not';
    case 'some':
      return `at least ${condition.count} of`;
    case 'sequence':
      return `in sequence within ${formatDuration(condition.withinMs)}`;
    case 'after':
      return `not followed within ${formatDuration(condition.withinMs)}`;
    case 'times':
      return `${condition.count} times within ${formatDuration(condition.withinMs)}`;
    case 'for':
      return `for ${formatDuration(condition.forMs)}`;
    case 'keepFor':
      return `kept for ${formatDuration(condition.keepForMs)}`;
  }
}

export function describeSignal(signal: Signal): string {
  switch (signal.kind) {
    case 'name':
      return signal.name;
    case 'value':
      return describeSignal(signal.of);
    case 'previous':
      return `previous(${describeSignal(signal.of)})`;
    case 'aggregate': {
      const name = signal.function === 'percentile' ? `p${signal.percent}` : signal.function;
      const where = signal.where.map((one) => ` ${describeComparison(one)}`).join(',');
      return `${name}(${describeSignal(signal.of)}${where}, ${describeWindow(signal.window)})`;
    }
    case 'expression':
      return signal.source;
    case 'lookup':
      return `${signal.table}.${signal.column}`;
    case 'across':
      return `${signal.function}(${signal.input} across ${signal.label})`;
    case 'ewma':
      return `ewma(${describeSignal(signal.of)}, ${formatDuration(signal.halfLifeMs)})`;
  }
}

function describeWindow(window: Extract<Signal, { kind: 'aggregate' }>['window']): string {
  switch (window.kind) {
    case 'sliding':
      return formatDuration(window.overMs);
    case 'count':
      return `last ${window.count}`;
    case 'aligned':
      return [
        window.overMs === null ? '' : `${formatDuration(window.overMs)} `,
        `every ${formatDuration(window.everyMs)}`,
      ].join('');
    case 'session':
      return `session ${formatDuration(window.gapMs)}`;
    case 'during':
      return `during ${describeCondition(window.condition)}`;
  }
}

function describeComparison(comparison: Comparison): string {
  if ('operand' in comparison) return `${comparison.comparator} ${describeOperand(comparison.operand)}`;
  const operands = 'operands' in comparison ? comparison.operands : [comparison.low, comparison.high];
  return `${comparison.comparator} ${operands.map(describeOperand).join(', ')}`;
}

function describeOperand(operand: Operand): string {
  return operand.kind === 'literal' ? JSON.stringify(operand.value) : describeSignal(operand.signal);
}
