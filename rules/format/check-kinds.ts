import type { Aggregate, Comparison, Condition, Operand, Signal } from '../rule.js';
import { ExpressionKinds } from './expression-kinds.js';
import { AGGREGATE_TRAITS } from './function-names.js';
import { type Kind, kindOfValue, kindWords } from './kind.js';
import { constantNumber, operandsOf } from './read-comparison.js';
import type { RuleDraft } from './read-rule.js';
import type { RuleScope } from './rule-scope.js';

/**
 * Reports values of the wrong kind where that can be seen without a reading. The kinds of inputs and tables show only
 * later; whatever is made of them by arithmetic is a number, by comparing a boolean.
 * `order`: the `let` signals, each after those it is made of.
 */
export function checkKinds(draft: RuleDraft, scope: RuleScope, order: readonly string[]): void {
  const check = new KindCheck(draft, scope);
  const lets = new Map(draft.rule.lets.map(({ name, signal }) => [name, signal]));
  for (const name of order) check.learn(name, lets.get(name));
  for (const { condition } of draft.rule.levels) check.condition(condition);
}

class KindCheck {
  readonly #draft: RuleDraft;
  /** Of names; inputs are not in it. */
  readonly #kinds: Map<string, Kind>;
  readonly #expressions: ExpressionKinds;

  constructor(draft: RuleDraft, scope: RuleScope) {
    this.#draft = draft;
    this.#kinds = new Map([...scope.labels].map((label) => [label, 'string']));
    for (const input of scope.inputs.keys()) this.#kinds.delete(input);
    this.#expressions = new ExpressionKinds(draft.context, {
      name: (name) => this.#kinds.get(name) ?? null,
      aggregate: (aggregate) => this.signal(aggregate),
    });
  }

  learn(name: string, signal: Signal | undefined): void {
    if (signal) this.#kinds.set(name, this.signal(signal));
  }

  signal(signal: Signal): Kind {
    switch (signal.kind) {
      case 'name':
        return this.#kinds.get(signal.name) ?? null;
      case 'value':
      case 'previous':
        return this.signal(signal.of);
      case 'expression':
        return this.#expressions.kindOf(signal.expression);
      case 'lookup':
        return null;
      case 'across':
        return 'number';
      case 'ewma':
        this.#expect('number', this.signal(signal.of), signal.of, 'An average');
        return 'number';
      case 'aggregate':
        return this.#aggregate(signal);
    }
  }

  condition(condition: Condition): void {
    switch (condition.kind) {
      case 'compare':
        this.#compare(condition.comparison, this.signal(condition.signal));
        return;
      case 'expression':
        this.#truth(condition);
        return;
      case 'absent':
        return;
      case 'changed':
        this.signal(condition.of);
        return;
      case 'all':
      case 'any':
      case 'some':
        for (const part of condition.of) this.condition(part);
        return;
      case 'not':
      case 'times':
      case 'for':
      case 'keepFor':
        this.condition(condition.of);
        return;
      case 'sequence':
        for (const part of condition.of) this.condition(part);
        if (condition.unless) this.condition(condition.unless);
        return;
      case 'after':
        this.condition(condition.cause);
        this.condition(condition.expect);
        return;
    }
  }

  #aggregate(aggregate: Aggregate): Kind {
    const traits = AGGREGATE_TRAITS[aggregate.function];
    const of = this.signal(aggregate.of);
    if (of === 'string' && !traits.takesText) {
      const message = `\`${aggregate.function}\` works on numbers, and this signal is a text.`;
      this.#report(
        aggregate,
        message,
        'On texts there are `count`, `first`, `last`, `changes` and `distinct`.',
      );
    }
    for (const comparison of aggregate.where) this.#compare(comparison, of);
    if (aggregate.window.kind === 'during') this.condition(aggregate.window.condition);
    if (aggregate.limit) this.#number(aggregate.limit.operand, '`limit`');
    return traits.gives === 'same' ? of : 'number';
  }

  #truth(condition: Extract<Condition, { kind: 'expression' }>): void {
    const kind = this.#expressions.kindOf(condition.expression);
    if (kind === null || kind === 'boolean') return;
    const message = `A condition is true or false, and this expression is ${kindWords(kind)}.`;
    this.#report(condition.expression, message, 'Compare it, as in "temp - ambient > 40".');
  }

  /** A comparison of a signal of this kind. */
  #compare(comparison: Comparison, kind: Kind): void {
    const { comparator } = comparison;
    switch (comparator) {
      case 'equals':
      case 'notEquals':
      case 'in':
      case 'notIn':
        this.#equality(comparison, kind);
        return;
      default:
        if (kind !== null && kind !== 'number') {
          const message = `\`${comparator}\` compares numbers, and this signal is ${kindWords(kind)}.`;
          this.#report(comparison, message, 'Use `equals`, `notEquals`, `in` or `notIn`.');
        }
        for (const operand of operandsOf(comparison)) this.#number(operand, `\`${comparator}\``);
    }
  }

  #number(operand: Operand, what: string): void {
    const kind = this.#operand(operand);
    if (kind === null || kind === 'number' || constantNumber(operand) !== null) return;
    const isQuoted =
      operand.kind === 'literal' && typeof operand.value === 'string' && isNumeric(operand.value);
    const hint = isQuoted ? 'Remove the quotes.' : null;
    this.#report(operand, `${what} compares numbers, and this is ${kindWords(kind)}.`, hint);
  }

  /** At least one operand must be of the signal's kind. */
  #equality(comparison: Comparison, kind: Kind): void {
    const operands = operandsOf(comparison);
    const kinds = operands.map((operand) => this.#operand(operand));
    if (kind === null || kinds.length === 0) return;
    const fits = (one: Kind, index: number) =>
      one === null ||
      one === kind ||
      (kind === 'number' && operands[index]?.kind === 'literal' && operands[index].seconds !== null);
    if (kinds.some(fits)) return;
    const found = kinds[0] ?? 'string';
    const message = `The signal is ${kindWords(kind)}, and this is ${kindWords(found)}: they are never equal.`;
    this.#report(operands[0] ?? comparison, message, null);
  }

  #operand(operand: Operand): Kind {
    return operand.kind === 'signal' ? this.signal(operand.signal) : kindOfValue(operand.value);
  }

  #expect(kind: Exclude<Kind, null>, found: Kind, part: object, what: string): void {
    if (found === null || found === kind) return;
    this.#report(part, `${what} needs ${kindWords(kind)}, and this is ${kindWords(found)}.`, null);
  }

  #report(part: object, message: string, hint: string | null): void {
    this.#draft.context.reportOn(part, { code: 'kind-mismatch', message, hint });
  }
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
