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
 * Tells whether a derived signal can have given readings before the first instance that sees it began. Then an
 * instance that begins later would have to know them, and nobody has kept them. It cannot where every input begins
 * an instance, or where the signal is unknown until one that does has a reading.
 */
export class DerivedReadings {
  readonly #scope: RuleScope;
  /** Of `let` signals: does every input behind it begin an instance with its first reading? */
  readonly #areAllOwn = new Map<string, boolean>();
  /** Of `let` signals: is it unknown until an input that begins an instance has a reading? */
  readonly #needsOwn = new Map<string, boolean>();

  /** `order`: the `let` signals, each after those it is made of. */
  constructor({ lets }: Pick<Rule, 'lets'>, scope: RuleScope, order: readonly string[]) {
    this.#scope = scope;
    const signals = new Map(lets.map(({ name, signal }) => [name, signal]));
    for (const name of order) {
      const signal = signals.get(name);
      if (!signal) continue;
      this.#areAllOwn.set(name, this.#hasOnlyOwn(signal));
      this.#needsOwn.set(name, this.#needs(signal));
    }
  }

  mayComeBefore(signal: Signal): boolean {
    return !this.#hasOnlyOwn(signal) && !this.#needs(signal);
  }

  #hasOnlyOwn(signal: Signal): boolean {
    let areAll = true;
    const visit = (name: string): void => {
      areAll &&= this.#scope.inputs.has(name) ? this.#isOwn(name) : (this.#areAllOwn.get(name) ?? true);
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

  #needs(signal: Signal): boolean {
    switch (signal.kind) {
      case 'name':
        return this.#nameNeeds(signal.name);
      case 'value':
      case 'previous':
      case 'ewma':
        return this.#needs(signal.of);
      case 'aggregate':
        // The runs of a condition begin with the instance.
        if (signal.window.kind === 'during') return true;
        return !KNOWN_OF_NOTHING.has(signal.function) && this.#needs(signal.of);
      case 'across':
        return signal.function !== 'count' && signal.function !== 'sum' && this.#isOwn(signal.input);
      case 'expression':
        return this.#expressionNeeds(signal.expression);
      case 'lookup':
        return false;
    }
  }

  #expressionNeeds(expression: Expression): boolean {
    const needs = (part: Expression) => this.#expressionNeeds(part);
    switch (expression.kind) {
      case 'literal':
        return false;
      case 'name':
        return this.#nameNeeds(expression.name);
      case 'aggregate':
        return this.#needs(expression.aggregate);
      case 'unary':
        return needs(expression.operand);
      case 'binary': {
        const isLogic = expression.operator === '&&' || expression.operator === '||';
        const [left, right] = [needs(expression.left), needs(expression.right)];
        return isLogic ? left && right : left || right;
      }
      case 'conditional':
        return needs(expression.test) || (needs(expression.then) && needs(expression.otherwise));
      case 'custom':
        return expression.args.some(needs);
      case 'call':
        if (expression.function === 'isKnown') return false;
        return expression.function === 'coalesce'
          ? expression.args.every(needs)
          : expression.args.some(needs);
    }
  }

  #nameNeeds(name: string): boolean {
    return this.#scope.inputs.has(name) ? this.#isOwn(name) : (this.#needsOwn.get(name) ?? false);
  }

  #isOwn(name: string): boolean {
    const input = this.#scope.inputs.get(name);
    return input !== undefined && this.#scope.groupBy.every((label) => capturesOf(input).includes(label));
  }
}
