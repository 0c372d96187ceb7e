import type { BinaryOperator, Expression, ScalarFunction } from '../expression.js';
import type { Aggregate } from '../rule.js';
import { type Kind, kindOfValue, kindWords } from './kind.js';
import type { RuleContext } from './rule-context.js';

/** What an expression's kind depends on beside itself. */
export interface KindSource {
  name(name: string): Kind;
  aggregate(aggregate: Aggregate): Kind;
}

/** What operators and functions take and give; operands of another kind that is known are reported. */
export class ExpressionKinds {
  readonly #context: RuleContext;
  readonly #source: KindSource;

  constructor(context: RuleContext, source: KindSource) {
    this.#context = context;
    this.#source = source;
  }

  kindOf(expression: Expression): Kind {
    switch (expression.kind) {
      case 'literal':
        return kindOfValue(expression.value);
      case 'name':
        return this.#source.name(expression.name);
      case 'aggregate':
        return this.#source.aggregate(expression.aggregate);
      case 'unary': {
        const kind = expression.operator === '!' ? 'boolean' : 'number';
        this.#expect(kind, expression.operand, `\`${expression.operator}\``);
        return kind;
      }
      case 'binary':
        return this.#binary(expression.operator, expression.left, expression.right);
      case 'conditional':
        this.#expect('boolean', expression.test, '`?`');
        return common(this.kindOf(expression.then), this.kindOf(expression.otherwise));
      case 'call':
        return this.#call(expression.function, expression.args);
      case 'custom':
        for (const argument of expression.args) this.kindOf(argument);
        return null;
    }
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): Kind {
    switch (operator) {
      case '==':
      case '!=':
        this.#sameKind(operator, left, right);
        return 'boolean';
      case '&&':
      case '||':
        this.#expect('boolean', left, `\`${operator}\``);
        this.#expect('boolean', right, `\`${operator}\``);
        return 'boolean';
      default: {
        this.#expect('number', left, `\`${operator}\``, hintFor(operator, left));
        this.#expect('number', right, `\`${operator}\``, hintFor(operator, right));
        return ORDER.has(operator) ? 'boolean' : 'number';
      }
    }
  }

  #sameKind(operator: string, left: Expression, right: Expression): void {
    const [a, b] = [this.kindOf(left), this.kindOf(right)];
    if (a === null || b === null || a === b) return;
    const message = `\`${operator}\` compares ${kindWords(a)} with ${kindWords(b)}: they are never equal.`;
    this.#context.reportOn(right, { code: 'kind-mismatch', message });
  }

  #call(name: ScalarFunction, args: readonly Expression[]): Kind {
    if (name === 'isKnown') {
      for (const argument of args) this.kindOf(argument);
      return 'boolean';
    }
    if (name === 'coalesce') return args.map((argument) => this.kindOf(argument)).reduce(common);
    for (const argument of args) this.#expect('number', argument, `\`${name}\``);
    return name === 'bit' ? 'boolean' : 'number';
  }

  #expect(kind: Exclude<Kind, null>, part: Expression, what: string, hint: string | null = null): void {
    const found = this.kindOf(part);
    if (found === null || found === kind) return;
    const message = `${what} needs ${kindWords(kind)}, and this is ${kindWords(found)}.`;
    this.#context.reportOn(part, { code: 'kind-mismatch', message, hint });
  }
}

const ORDER: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

function common(a: Kind, b: Kind): Kind {
  return a === b ? a : null;
}

function hintFor(operator: BinaryOperator, operand: Expression): string | null {
  if (ORDER.has(operator) && operand.kind === 'binary' && ORDER.has(operand.operator)) {
    return 'Write two comparisons: `1 < x && x < 3`.';
  }
  return operator === '+' && operand.kind === 'literal'
    ? 'Texts cannot be joined; write them into `message`.'
    : null;
}
