import { FALSE, TRUE, type Truth, truth, UNSURE } from '../conditions/condition-node.js';
import type { BinaryOperator, Expression } from '../expression.js';
import type { Scalar } from '../reading.js';
import type { Aggregate } from '../rule.js';
import { BOOLEAN, NUMBER, type SignalNode } from '../signals/signal-node.js';
import { numberFunction } from './number-functions.js';
import { truthOf } from './truth-of.js';

/** The signals an expression reads, by slot; the same closures serve every instance of a rule. */
export type Slots = readonly SignalNode[];
/** NaN is unknown. */
export type NumberClosure = (slots: Slots) => number;
export type TruthClosure = (slots: Slots) => Truth;
/** `undefined` is unknown. */
export type ScalarClosure = (slots: Slots) => Scalar | undefined;

/** An expression compiled, by the kind of its result; `scalar` where the kind shows only at run time. */
export type CompiledExpression =
  | { readonly kind: 'number'; readonly run: NumberClosure }
  | { readonly kind: 'truth'; readonly run: TruthClosure }
  | { readonly kind: 'scalar'; readonly run: ScalarClosure };

/** What an expression names: gives each name or aggregate a slot, and tells what is known of its kind. */
export interface SlotSource {
  name(name: string): { readonly slot: number; readonly kind: 'number' | 'boolean' | 'text' | 'unknown' };
  aggregate(aggregate: Aggregate): { readonly slot: number };
  /** A call of a function of the site's. */
  custom(name: string, args: readonly ScalarClosure[]): ScalarClosure;
}

/** Compiles an expression (rule reference, section 5) to closures. Unknown in, unknown out. */
export function compileExpression(expression: Expression, source: SlotSource): CompiledExpression {
  return new Compiler(source).compile(expression);
}

class Compiler {
  constructor(private readonly source: SlotSource) {}

  compile(node: Expression): CompiledExpression {
    switch (node.kind) {
      case 'literal':
        return literal(node.value);
      case 'name':
        return this.#name(node.name);
      case 'aggregate':
        return { kind: 'scalar', run: readScalar(this.source.aggregate(node.aggregate).slot) };
      case 'unary':
        return this.#unary(node.operator, node.operand);
      case 'binary':
        return this.#binary(node.operator, node.left, node.right);
      case 'conditional':
        return this.#conditional(node.test, node.then, node.otherwise);
      case 'call':
        return this.#call(node);
      case 'custom': {
        const args = node.args.map((arg) => this.scalar(arg));
        return { kind: 'scalar', run: this.source.custom(node.name, args) };
      }
    }
  }

  number(node: Expression): NumberClosure {
    if (node.kind === 'name') return readNumber(this.source.name(node.name).slot);
    if (node.kind === 'aggregate') return readNumber(this.source.aggregate(node.aggregate).slot);
    const compiled = this.compile(node);
    if (compiled.kind === 'number') return compiled.run;
    if (compiled.kind === 'truth') return () => Number.NaN;
    const { run } = compiled;
    return (slots) => {
      const value = run(slots);
      return typeof value === 'number' ? value : Number.NaN;
    };
  }

  truth(node: Expression): TruthClosure {
    if (node.kind === 'name') return readTruth(this.source.name(node.name).slot);
    return truthOf(this.compile(node));
  }

  scalar(node: Expression): ScalarClosure {
    const compiled = this.compile(node);
    if (compiled.kind === 'scalar') return compiled.run;
    if (compiled.kind === 'number') {
      const { run } = compiled;
      return (slots) => {
        const value = run(slots);
        return Number.isNaN(value) ? undefined : value;
      };
    }
    const { run } = compiled;
    return (slots) => {
      const state = run(slots);
      return state === UNSURE ? undefined : state === TRUE;
    };
  }

  #name(name: string): CompiledExpression {
    const { slot, kind } = this.source.name(name);
    if (kind === 'number') return { kind: 'number', run: readNumber(slot) };
    if (kind === 'boolean') return { kind: 'truth', run: readTruth(slot) };
    return { kind: 'scalar', run: readScalar(slot) };
  }

  #unary(operator: '-' | '+' | '!', operand: Expression): CompiledExpression {
    if (operator === '!') {
      const run = this.truth(operand);
      return {
        kind: 'truth',
        run: (slots) => {
          const state = run(slots);
          return state === UNSURE ? UNSURE : truth(state === FALSE);
        },
      };
    }
    const run = this.number(operand);
    return { kind: 'number', run: operator === '-' ? (slots) => -run(slots) : run };
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): CompiledExpression {
    switch (operator) {
      case '&&':
      case '||':
        return { kind: 'truth', run: kleene(operator, this.truth(left), this.truth(right)) };
      case '==':
      case '!=':
        return { kind: 'truth', run: this.#equality(operator === '==', left, right) };
      case '<':
      case '<=':
      case '>':
      case '>=':
        return { kind: 'truth', run: order(operator, this.number(left), this.number(right)) };
      default:
        return { kind: 'number', run: arithmetic(operator, this.number(left), this.number(right)) };
    }
  }

  #equality(isEqual: boolean, left: Expression, right: Expression): TruthClosure {
    const a = this.scalar(left);
    const b = this.scalar(right);
    return (slots) => {
      const x = a(slots);
      const y = b(slots);
      if (x === undefined || y === undefined || typeof x !== typeof y) return UNSURE;
      return truth((x === y) === isEqual);
    };
  }

  #conditional(test: Expression, then: Expression, otherwise: Expression): CompiledExpression {
    const choose = this.truth(test);
    const a = this.compile(then);
    const b = this.compile(otherwise);
    if (a.kind === 'number' && b.kind === 'number') {
      return { kind: 'number', run: (slots) => pick(choose(slots), a.run, b.run, slots, Number.NaN) };
    }
    if (a.kind === 'truth' && b.kind === 'truth') {
      return { kind: 'truth', run: (slots) => pick<Truth>(choose(slots), a.run, b.run, slots, UNSURE) };
    }
    const x = this.scalar(then);
    const y = this.scalar(otherwise);
    return { kind: 'scalar', run: (slots) => pick(choose(slots), x, y, slots, undefined) };
  }

  #call({ function: name, args }: Extract<Expression, { kind: 'call' }>): CompiledExpression {
    const [first, second] = args;
    if (first === undefined) throw new Error(`${name}() without arguments passed the check`);
    if (name === 'isKnown') {
      const run = this.scalar(first);
      return { kind: 'truth', run: (slots) => truth(run(slots) !== undefined) };
    }
    if (name === 'coalesce') {
      const a = this.scalar(first);
      const b = second === undefined ? () => undefined : this.scalar(second);
      return { kind: 'scalar', run: (slots) => a(slots) ?? b(slots) };
    }
    const numbers = args.map((arg) => this.number(arg));
    if (name === 'bit') return { kind: 'truth', run: bitOf(numbers) };
    return { kind: 'number', run: numberFunction(name, numbers) };
  }
}

function literal(value: Scalar): CompiledExpression {
  if (typeof value === 'number') return { kind: 'number', run: () => value };
  if (typeof value === 'boolean') {
    const state = truth(value);
    return { kind: 'truth', run: () => state };
  }
  return { kind: 'scalar', run: () => value };
}

function readNumber(slot: number): NumberClosure {
  return (slots) => {
    const signal = slots[slot];
    return signal !== undefined && signal.kind === NUMBER ? signal.num : Number.NaN;
  };
}

function readTruth(slot: number): TruthClosure {
  return (slots) => {
    const signal = slots[slot];
    return signal !== undefined && signal.kind === BOOLEAN ? truth(signal.num === 1) : UNSURE;
  };
}

function readScalar(slot: number): ScalarClosure {
  return (slots) => slots[slot]?.scalar() ?? undefined;
}

function pick<T>(
  state: Truth,
  then: (slots: Slots) => T,
  otherwise: (slots: Slots) => T,
  slots: Slots,
  unknown: T,
): T {
  return state === TRUE ? then(slots) : state === FALSE ? otherwise(slots) : unknown;
}

function kleene(operator: '&&' | '||', left: TruthClosure, right: TruthClosure): TruthClosure {
  const deciding = operator === '&&' ? FALSE : TRUE;
  const neutral = operator === '&&' ? TRUE : FALSE;
  return (slots) => {
    const a = left(slots);
    const b = right(slots);
    if (a === deciding || b === deciding) return deciding;
    return a === UNSURE || b === UNSURE ? UNSURE : neutral;
  };
}

function order(operator: '<' | '<=' | '>' | '>=', left: NumberClosure, right: NumberClosure): TruthClosure {
  const test = ORDERS[operator];
  return (slots) => {
    const a = left(slots);
    const b = right(slots);
    // Non-finite results are unknown before they are compared.
    return Number.isFinite(a) && Number.isFinite(b) ? truth(test(a, b)) : UNSURE;
  };
}

const ORDERS: Record<'<' | '<=' | '>' | '>=', (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function arithmetic(
  operator: '+' | '-' | '*' | '/' | '%' | '**',
  left: NumberClosure,
  right: NumberClosure,
): NumberClosure {
  switch (operator) {
    case '+':
      return (slots) => known(left(slots) + right(slots));
    case '-':
      return (slots) => known(left(slots) - right(slots));
    case '*':
      return (slots) => known(left(slots) * right(slots));
    case '/':
      return (slots) => known(left(slots) / right(slots));
    case '%':
      return (slots) => known(left(slots) % right(slots));
    case '**':
      return (slots) => {
        const exponent = right(slots);
        // NaN ** 0 would be 1.
        const base = left(slots);
        return Number.isNaN(base) ? Number.NaN : known(base ** exponent);
      };
  }
}

/** A non-finite result (a division by zero, an overflow) is unknown. */
function known(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

function bitOf([value, bit]: readonly NumberClosure[]): TruthClosure {
  return (slots) => {
    const x = value?.(slots) ?? Number.NaN;
    const n = bit?.(slots) ?? Number.NaN;
    if (!Number.isSafeInteger(x) || !Number.isInteger(n) || n < 0 || n > 52) return UNSURE;
    return truth(Math.floor(x / 2 ** n) % 2 !== 0);
  };
}
