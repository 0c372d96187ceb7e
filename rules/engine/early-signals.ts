import type { Expression } from '../expression.js';
import { walkRule, walkSignal } from '../format/walk-rule.js';
import type { AggregateFunction, Input, Rule, Signal } from '../rule.js';

/** Known for a window without readings. */
const KNOWN_OF_NOTHING: ReadonlySet<AggregateFunction> = new Set([
  'count',
  'sum',
  'changes',
  'increase',
  'integral',
  'distinct',
]);

/** A signal that looks at the readings of another, which shared inputs alone can give some. */
export interface EarlySignal {
  readonly signal: Signal;
  /** The shared inputs behind it. */
  readonly inputs: ReadonlySet<Input>;
  /** The labels that it goes by: their names, and the key columns of its tables. */
  readonly labels: ReadonlySet<string>;
}

/** What a signal is made of, through every `let` that it names. */
interface Makings {
  readonly inputs: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/**
 * The signals of a rule that look at readings from before an instance began: those of a derived signal that is known,
 * and given readings, by inputs that several instances share. It is not where it is unknown until an input that begins
 * an instance has a reading.
 */
export function earlySignals(rule: Rule): EarlySignal[] {
  const makings = new EarlyReadings(rule);
  const found: EarlySignal[] = [];
  const look = (signal: Signal, of: Signal): void => {
    const early = makings.of(of);
    if (early !== null) found.push({ signal, ...early });
  };
  walkRule(rule, {
    signal: (signal) => {
      if (signal.kind === 'aggregate' || signal.kind === 'previous' || signal.kind === 'ewma')
        look(signal, signal.of);
    },
    condition: (condition) => {
      if (condition.kind === 'changed') look({ kind: 'previous', of: condition.of }, condition.of);
    },
  });
  return found;
}

/** The labels of an instance that an input captures. */
export function capturedLabels({ groupBy }: Rule, { source }: Input): string[] {
  return groupBy.filter((label) => source.pattern.captures.includes(label));
}

class EarlyReadings {
  readonly #rule: Rule;
  readonly #inputs: ReadonlyMap<string, Input>;
  readonly #lets: ReadonlyMap<string, Signal>;
  readonly #makings = new Map<string, Makings>();
  /** Of `let` signals: is it unknown until an input that begins an instance has a reading? */
  readonly #needsOwn = new Map<string, boolean>();

  constructor(rule: Rule) {
    this.#rule = rule;
    this.#inputs = new Map(rule.inputs.map((input) => [input.name, input]));
    this.#lets = new Map(rule.lets.map(({ name, signal }) => [name, signal]));
  }

  /** `null`: it gives no reading before the instance, or an input's own, which are there anyway. */
  of(signal: Signal): Omit<EarlySignal, 'signal'> | null {
    if (this.#isInput(signal) || this.#needs(signal)) return null;
    const { inputs, labels } = this.#madeOf(signal);
    const shared = [...inputs].flatMap((name) => this.#inputs.get(name) ?? []).filter(this.#isShared);
    const named = new Set(shared.flatMap((input) => capturedLabels(this.#rule, input)));
    // Before the instance nobody can know a label that only its own inputs capture.
    if (shared.length === 0 || [...labels].some((label) => !named.has(label))) return null;
    return { inputs: new Set(shared), labels };
  }

  readonly #isShared = (input: Input): boolean => {
    return capturedLabels(this.#rule, input).length < this.#rule.groupBy.length;
  };

  #isInput(signal: Signal): boolean {
    if (signal.kind === 'value') return this.#isInput(signal.of);
    if (signal.kind !== 'name') return false;
    const named = this.#inputs.has(signal.name) ? undefined : this.#lets.get(signal.name);
    return named === undefined || this.#isInput(named);
  }

  #madeOf(signal: Signal): Makings {
    const inputs = new Set<string>();
    const labels = new Set<string>();
    const visit = (name: string): void => {
      if (this.#inputs.has(name)) inputs.add(name);
      else if (this.#lets.has(name)) {
        const inner = this.#madeOfLet(name);
        for (const one of inner.inputs) inputs.add(one);
        for (const one of inner.labels) labels.add(one);
      } else if (this.#rule.groupBy.includes(name)) labels.add(name);
    };
    walkSignal(signal, {
      signal: (part) => {
        if (part.kind === 'name') visit(part.name);
        if (part.kind === 'across') visit(part.input);
        if (part.kind === 'lookup') for (const label of this.#keysOf(part.table)) labels.add(label);
      },
      expression: (part) => {
        if (part.kind === 'name') visit(part.name);
      },
    });
    return { inputs, labels };
  }

  #madeOfLet(name: string): Makings {
    const known = this.#makings.get(name);
    if (known !== undefined) return known;
    const signal = this.#lets.get(name);
    const makings = signal === undefined ? { inputs: NONE, labels: NONE } : this.#madeOf(signal);
    this.#makings.set(name, makings);
    return makings;
  }

  #keysOf(name: string): string[] {
    const columns = this.#rule.tables.find((table) => table.name === name)?.columns ?? [];
    return this.#rule.groupBy.filter((label) => columns.includes(label));
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
    if (this.#inputs.has(name)) return this.#isOwn(name);
    let needs = this.#needsOwn.get(name);
    if (needs === undefined) {
      const signal = this.#lets.get(name);
      needs = signal !== undefined && this.#needs(signal);
      this.#needsOwn.set(name, needs);
    }
    return needs;
  }

  #isOwn(name: string): boolean {
    const input = this.#inputs.get(name);
    return input !== undefined && !this.#isShared(input);
  }
}

const NONE: ReadonlySet<string> = new Set();
