import type { Expression } from '../expression.js';
import type { AggregateFunction, Rule, Signal } from '../rule.js';
import { capturesOf, type RuleScope } from './rule-scope.js';
import { walkSignal } from './walk-rule.js';

/** Known for a window without readings. */
const KNOWN_OF_NOTHING: ReadonlySet<AggregateFunction> = new Set([
  'count',
  'sum',
  'changes',
  'increase',
  'integral',
  'distinct',
]);

/**
 * Can a derived signal have given readings before the first instance that sees it began? Then an instance that begins
 * later would have to know them, and nobody has kept them. It cannot where every input begins an instance, or where
 * the signal is unknown until one that does has a reading.
 */
export function hasReadingsBefore(rule: Rule, scope: RuleScope, signal: Signal): boolean {
  const inputs = new InputsOfSignal(rule, scope);
  return !inputs.areAllOwn(signal) && !inputs.needsOwn(signal);
}

class InputsOfSignal {
  readonly #lets: ReadonlyMap<string, Signal>;

  constructor(
    rule: Rule,
    private readonly scope: RuleScope,
  ) {
    this.#lets = new Map(rule.lets.map(({ name, signal }) => [name, signal]));
  }

  /** Does every input behind the signal begin an instance with its first reading? Cycles were refused before. */
  areAllOwn(signal: Signal): boolean {
    let areAll = true;
    const visit = (name: string) => {
      const named = this.#lets.get(name);
      if (this.scope.inputs.has(name)) areAll &&= this.#isOwn(name);
      else if (named !== undefined) areAll &&= this.areAllOwn(named);
    };
    walkSignal(signal, {
      signal: (part) => {
        if (part.kind === 'name') visit(part.name);
        if (part.kind === 'across') visit(part.input);
      },
      expression: (part) => {
        if (part.kind === 'name') visit(part.name);
      },
    });
    return areAll;
  }

  /** Is the signal unknown until an input that begins an instance has a reading? */
  needsOwn(signal: Signal): boolean {
    switch (signal.kind) {
      case 'name':
        return this.#nameNeedsOwn(signal.name);
      case 'value':
      case 'previous':
      case 'ewma':
        return this.needsOwn(signal.of);
      case 'aggregate':
        return !KNOWN_OF_NOTHING.has(signal.function) && this.needsOwn(signal.of);
      case 'across':
        return signal.function !== 'count' && signal.function !== 'sum' && this.#isOwn(signal.input);
      case 'expression':
        return this.#expressionNeedsOwn(signal.expression);
      case 'lookup':
        return false;
    }
  }

  #expressionNeedsOwn(expression: Expression): boolean {
    const needs = (part: Expression) => this.#expressionNeedsOwn(part);
    switch (expression.kind) {
      case 'literal':
        return false;
      case 'name':
        return this.#nameNeedsOwn(expression.name);
      case 'aggregate':
        return this.needsOwn(expression.aggregate);
      case 'unary':
        return needs(expression.operand);
      case 'binary': {
        const isLogic = expression.operator === '&&' || expression.operator === '||';
        const [left, right] = [needs(expression.left), needs(expression.right)];
        return isLogic ? left && right : left || right;
      }
      case 'conditional':
        return needs(expression.test) || (needs(expression.then) && needs(expression.otherwise));
      case 'call':
        if (expression.function === 'isKnown') return false;
        return expression.function === 'coalesce'
          ? expression.args.every(needs)
          : expression.args.some(needs);
    }
  }

  #nameNeedsOwn(name: string): boolean {
    if (this.scope.inputs.has(name)) return this.#isOwn(name);
    const named = this.#lets.get(name);
    return named !== undefined && this.needsOwn(named);
  }

  #isOwn(name: string): boolean {
    const input = this.scope.inputs.get(name);
    return input !== undefined && this.scope.groupBy.every((label) => capturesOf(input).includes(label));
  }
}
