import type { BinaryOperator, Expression } from '../expression.js';
import { aggregateCall } from './aggregate-call.js';
import { parseDuration } from './duration.js';
import {
  aggregateFunction,
  type FunctionName,
  isScalarFunction,
  SCALAR_FUNCTIONS,
} from './function-names.js';
import type { Span } from './json-tree.js';
import { ExpressionError, type Token, tokenizeExpression } from './tokenize-expression.js';

const EXPRESSION_LENGTH_MAX = 2000;
/** Of brackets, calls, `?:`, `**` and signs within each other. */
const EXPRESSION_DEPTH_MAX = 64;

export type ParsedExpression =
  | {
      readonly kind: 'parsed';
      readonly expression: Expression;
      readonly ranges: ReadonlyMap<object, Span>;
    }
  | { readonly kind: 'refused'; readonly error: ExpressionError };

/**
 * Parses an expression (rule reference, section 5) with JavaScript's precedence, except that `**` may stand
 * behind a sign: `-2 ** 2` is -4. Names are not looked up here. `ranges` has every expression and aggregate of the
 * tree. `at` of all nodes, those inside aggregates too, is an offset in `text`.
 *
 * `inputOf`: the input that a name only renames; the name itself where it is no such alias.
 */
export function parseExpression(
  text: string,
  inputOf: (name: string) => string = (name) => name,
): ParsedExpression {
  try {
    if (text.length > EXPRESSION_LENGTH_MAX) {
      const message = `An expression has at most ${EXPRESSION_LENGTH_MAX} characters, this one ${text.length}.`;
      throw new ExpressionError({ start: 0, end: text.length }, message, 'Name parts of it with `let`.');
    }
    const parser = new Parser(text, inputOf);
    return { kind: 'parsed', expression: parser.parse(), ranges: parser.ranges };
  } catch (error) {
    if (error instanceof ExpressionError) return { kind: 'refused', error };
    throw error;
  }
}

/** How tightly binary operators bind; `**` is the only one that groups from the right. */
const BINDING: ReadonlyMap<string, number> = new Map(
  [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%'], ['**']].flatMap(
    (operators, i) => operators.map((operator): [string, number] => [operator, i + 1]),
  ),
);
const POWER_BINDING = BINDING.get('**') ?? 0;
const isBinary = (operator: string): operator is BinaryOperator => BINDING.has(operator);

class Parser {
  readonly ranges = new Map<object, Span>();
  readonly #text: string;
  readonly #inputOf: (name: string) => string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(text: string, inputOf: (name: string) => string) {
    this.#text = text;
    this.#inputOf = inputOf;
    this.#tokens = tokenizeExpression(text);
  }

  parse(): Expression {
    if (this.#peek().kind === 'end') throw new ExpressionError(this.#peek(), 'The expression is empty.');
    const expression = this.#conditional();
    if (this.#peek().kind !== 'end') throw this.#unexpected('Nothing more is expected here.', null);
    return expression;
  }

  #conditional(): Expression {
    const { start } = this.#peek();
    return this.#nested(() => {
      const test = this.#binary(1);
      if (!this.#take('?')) return test;
      const then = this.#conditional();
      this.#expect(':', 'A `?` needs its `:`.');
      const otherwise = this.#conditional();
      return this.#node({ kind: 'conditional', test, then, otherwise, at: start }, start);
    });
  }

  /** Precedence climbing: everything that binds at least as tightly as `binding`. */
  #binary(binding: number): Expression {
    const { start } = this.#peek();
    let left = this.#unary();
    while (true) {
      const { kind, text: operator } = this.#peek();
      const power = BINDING.get(operator);
      if (kind !== 'operator' || !isBinary(operator) || power === undefined || power < binding) return left;
      this.#index++;
      const right = power === POWER_BINDING ? this.#exponent() : this.#binary(power + 1);
      left = this.#node({ kind: 'binary', operator, left, right, at: start }, start);
    }
  }

  /** `2 ** 3 ** 2` is 2 ** 9; a sign may stand before an exponent. */
  #exponent(): Expression {
    return this.#nested(() => {
      const sign = this.#peek();
      if (sign.kind === 'operator' && isSign(sign.text)) return this.#unary();
      return this.#binary(POWER_BINDING);
    });
  }

  #unary(): Expression {
    const { kind, text: operator, start } = this.#peek();
    if (kind !== 'operator' || !isSign(operator)) return this.#primary();
    this.#index++;
    const operand = this.#nested(() => {
      const next = this.#peek();
      return next.kind === 'operator' && isSign(next.text) ? this.#unary() : this.#binary(POWER_BINDING);
    });
    return this.#node({ kind: 'unary', operator, operand, at: start }, start);
  }

  #primary(): Expression {
    const token = this.#next();
    const { start: at } = token;
    if (token.kind === 'number') return this.#node({ kind: 'literal', value: finite(token), at }, at);
    if (token.kind === 'text') return this.#node({ kind: 'literal', value: token.text, at }, at);
    if (token.kind === 'name') return this.#take('(') ? this.#call(token) : this.#name(token);
    if (token.text !== '(') throw misplaced(token);
    const inner = this.#conditional();
    this.#expect(')', 'A bracket is not closed.');
    return inner;
  }

  #name(token: Token): Expression {
    const { start: at, text: name } = token;
    if (name === 'true' || name === 'false')
      return this.#node({ kind: 'literal', value: name === 'true', at }, at);
    return this.#node({ kind: 'name', name, at }, at);
  }

  #call(name: Token): Expression {
    const args = this.#arguments();
    const windowArgument = args[1];
    const hasDuration = windowArgument?.kind === 'literal' && typeof windowArgument.value === 'string';
    const found = aggregateFunction(name.text);
    if (found && (hasDuration || !isScalarFunction(name.text))) return this.#aggregate(name, found, args);
    if (!isScalarFunction(name.text)) return this.#custom(name, args);
    const { least, most, usage } = SCALAR_FUNCTIONS[name.text];
    if (args.length < least || args.length > most) {
      throw new ExpressionError(
        this.#since(name),
        `\`${name.text}\` does not take ${count(args.length)}.`,
        `Write ${usage}.`,
        'wrong-arguments',
      );
    }
    return this.#node({ kind: 'call', function: name.text, args, at: name.start }, name.start);
  }

  /** A function of the site's, if there is one of this name: that is looked up when the whole rule is read. */
  #custom(name: Token, args: readonly Expression[]): Expression {
    if (WORD_OPERATORS.has(name.text)) throw wordOperator(name);
    if (name.text === 'if')
      throw new ExpressionError(
        name,
        'There is no function `if`.',
        'Write test ? a : b.',
        'unknown-function',
      );
    return this.#node({ kind: 'custom', name: name.text, args, at: name.start }, name.start);
  }

  #arguments(): Expression[] {
    const args: Expression[] = [];
    if (this.#take(')')) return args;
    do args.push(this.#conditional());
    while (this.#take(','));
    this.#expect(')', 'A bracket is not closed.');
    return args;
  }

  #aggregate(name: Token, found: FunctionName, args: readonly Expression[]): Expression {
    const { ranges } = this;
    const call = { name, found, args, place: this.#since(name), text: this.#text };
    const aggregate = aggregateCall(call, { ranges, inputOf: this.#inputOf });
    return this.#node(
      { kind: 'aggregate', aggregate: this.#node(aggregate, name.start), at: name.start },
      name.start,
    );
  }

  /** Notes the text from `start` to the token before the next as the node's. */
  #node<Node extends object>(node: Node, start: number): Node {
    this.ranges.set(node, { start, end: this.#tokens[this.#index - 1]?.end ?? start });
    return node;
  }

  #since(token: Token): Span {
    return { start: token.start, end: this.#tokens[this.#index - 1]?.end ?? token.end };
  }

  #nested(parse: () => Expression): Expression {
    if (++this.#depth > EXPRESSION_DEPTH_MAX) {
      const message = `The expression is nested more than ${EXPRESSION_DEPTH_MAX} deep.`;
      throw new ExpressionError(this.#peek(), message, 'Name parts of it with `let`.');
    }
    const expression = parse();
    this.#depth--;
    return expression;
  }

  #peek(): Token {
    // The last token is `end`, and nothing reads past it.
    return (
      this.#tokens[this.#index] ?? { kind: 'end', text: '', start: this.#text.length, end: this.#text.length }
    );
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  #take(operator: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'operator' || token.text !== operator) return false;
    this.#index++;
    return true;
  }

  #expect(operator: string, message: string): void {
    if (!this.#take(operator)) throw this.#unexpected(message, `\`${operator}\` is expected here.`);
  }

  #unexpected(message: string, hint: string | null): ExpressionError {
    const before = this.#tokens[this.#index - 1];
    const token = this.#peek();
    const joined = before?.kind === 'number' && before.end === token.start ? before.text + token.text : '';
    if (before && parseDuration(joined) !== null) {
      return new ExpressionError(
        { start: before.start, end: token.end },
        'A duration stands in quotes.',
        `Write '${joined}'.`,
      );
    }
    if (before && WORD_OPERATORS.has(before.text)) return wordOperator(before);
    return WORD_OPERATORS.has(token.text) ? wordOperator(token) : new ExpressionError(token, message, hint);
  }
}

const isSign = (operator: string): operator is '-' | '+' | '!' =>
  operator === '-' || operator === '+' || operator === '!';

const WORD_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['AND', '&&'],
  ['OR', '||'],
  ['NOT', '!'],
]);

function wordOperator(token: Token): ExpressionError {
  const sign = WORD_OPERATORS.get(token.text);
  return new ExpressionError(token, `There is no operator \`${token.text}\`.`, `Write \`${sign}\`.`);
}

function finite(token: Token): number {
  const value = Number(token.text);
  if (Number.isFinite(value)) return value;
  throw new ExpressionError(token, 'This number is too large.', 'Numbers reach to about 1.8e308.');
}

function misplaced(token: Token): ExpressionError {
  if (token.kind === 'end')
    return new ExpressionError(token, 'The expression ends too early.', 'A value belongs here.');
  return new ExpressionError(token, `\`${token.text}\` cannot stand here.`, 'A value belongs here.');
}

function count(args: number): string {
  return args === 1 ? '1 argument' : `${args} arguments`;
}
