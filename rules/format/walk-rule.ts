import type { Expression } from '../expression.js';
import type { Condition, Operand, Rule, Signal, Window } from '../rule.js';
import { operandsOf } from './read-comparison.js';

/** Called for every part of a rule's trees, outer before inner; parts that were broken are left out. */
export interface RuleVisitor {
  signal?(signal: Signal): void;
  condition?(condition: Condition): void;
  expression?(expression: Expression): void;
}

export function walkRule(rule: Rule, visitor: RuleVisitor): void {
  for (const { signal } of rule.lets) walkSignal(signal, visitor);
  for (const { condition } of rule.levels) walkCondition(condition, visitor);
}

export function walkSignal(signal: Signal, visitor: RuleVisitor): void {
  if (signal.kind === 'name' && signal.name === '') return;
  visitor.signal?.(signal);
  switch (signal.kind) {
    case 'value':
    case 'previous':
    case 'ewma':
      walkSignal(signal.of, visitor);
      return;
    case 'aggregate':
      walkSignal(signal.of, visitor);
      walkWindow(signal.window, visitor);
      if (signal.limit) walkOperand(signal.limit.operand, visitor);
      return;
    case 'expression':
      walkExpression(signal.expression, visitor);
      return;
    case 'name':
    case 'lookup':
    case 'across':
      return;
  }
}

function walkWindow(window: Window, visitor: RuleVisitor): void {
  if (window.kind === 'during') walkCondition(window.condition, visitor);
}

function walkOperand(operand: Operand, visitor: RuleVisitor): void {
  if (operand.kind === 'signal') walkSignal(operand.signal, visitor);
}

function walkCondition(condition: Condition, visitor: RuleVisitor): void {
  visitor.condition?.(condition);
  switch (condition.kind) {
    case 'compare':
      walkSignal(condition.signal, visitor);
      for (const operand of operandsOf(condition.comparison)) walkOperand(operand, visitor);
      return;
    case 'expression':
      walkExpression(condition.expression, visitor);
      return;
    case 'absent':
      return;
    case 'changed':
      walkSignal(condition.of, visitor);
      return;
    case 'all':
    case 'any':
    case 'some':
      for (const part of condition.of) walkCondition(part, visitor);
      return;
    case 'not':
    case 'times':
    case 'for':
    case 'keepFor':
      walkCondition(condition.of, visitor);
      return;
    case 'sequence':
      for (const part of condition.of) walkCondition(part, visitor);
      if (condition.unless) walkCondition(condition.unless, visitor);
      return;
    case 'after':
      walkCondition(condition.cause, visitor);
      walkCondition(condition.expect, visitor);
      return;
  }
}

function walkExpression(expression: Expression, visitor: RuleVisitor): void {
  visitor.expression?.(expression);
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return;
    case 'unary':
      walkExpression(expression.operand, visitor);
      return;
    case 'binary':
      walkExpression(expression.left, visitor);
      walkExpression(expression.right, visitor);
      return;
    case 'conditional':
      for (const part of [expression.test, expression.then, expression.otherwise])
        walkExpression(part, visitor);
      return;
    case 'call':
    case 'custom':
      for (const argument of expression.args) walkExpression(argument, visitor);
      return;
    case 'aggregate':
      walkSignal(expression.aggregate, visitor);
      return;
  }
}
