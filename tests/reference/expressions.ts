import type { CustomFunction } from '../../rules/custom-function.js';
import type { BinaryOperator, Expression, ScalarFunction } from '../../rules/expression.js';
import type { Scalar } from '../../rules/reading.js';
import type { Signal } from '../../rules/rule.js';
import { equal } from './comparisons.js';
import { all, any } from './truth.js';

type Value = Scalar | null;

/** The value of an expression (rule reference, section 5); `signalValue` gives names and aggregate calls theirs. */
export function evaluateExpression(
  expression: Expression,
  signalValue: (signal: Signal) => Value,
  functions: readonly CustomFunction[],
): Value {
  const evaluate = (part: Expression): Value => evaluateExpression(part, signalValue, functions);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return signalValue({ kind: 'name', name: expression.name });
    case 'aggregate':
      return signalValue(expression.aggregate);
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand));
    case 'binary':
      return binary(expression.operator, evaluate(expression.left), evaluate(expression.right));
    case 'conditional':
      return conditional(
        evaluate(expression.test),
        evaluate(expression.then),
        evaluate(expression.otherwise),
      );
    case 'call':
      return call(expression.function, expression.args.map(evaluate));
    case 'custom':
      return custom(functions, expression.name, expression.args.map(evaluate));
  }
}

/** A function that never throws. */
function custom(functions: readonly CustomFunction[], name: string, args: readonly Value[]): Value {
  const known = args.filter((arg) => arg !== null);
  const result =
    known.length < args.length ? null : functions.find((one) => one.name === name)?.call(...known);
  if (typeof result === 'number') return Number.isFinite(result) ? result : null;
  return typeof result === 'boolean' || typeof result === 'string' ? result : null;
}

/** The signals an expression is made of. */
export function namedIn(expression: Expression): Signal[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'name':
      return [{ kind: 'name', name: expression.name }];
    case 'aggregate':
      return [expression.aggregate];
    case 'unary':
      return namedIn(expression.operand);
    case 'binary':
      return [...namedIn(expression.left), ...namedIn(expression.right)];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise].flatMap(namedIn);
    case 'call':
    case 'custom':
      return expression.args.flatMap(namedIn);
  }
}

/** The value of the branch taken: what the other one is does not matter. */
function conditional(test: Value, then: Value, otherwise: Value): Value {
  if (typeof test !== 'boolean') return null;
  return test ? then : otherwise;
}

function unary(operator: '-' | '+' | '!', operand: Value): Value {
  if (operator === '!') return typeof operand === 'boolean' ? !operand : null;
  if (typeof operand !== 'number') return null;
  return operator === '-' ? -operand : operand;
}

function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  switch (operator) {
    case '&&':
      return all([booleanOf(left), booleanOf(right)]);
    case '||':
      return any([booleanOf(left), booleanOf(right)]);
    case '==':
      return equal(left, right);
    case '!=': {
      const same = equal(left, right);
      return same === null ? null : !same;
    }
    default:
      if (typeof left !== 'number' || typeof right !== 'number') return null;
      return ofNumbers(operator, left, right);
  }
}

function ofNumbers(
  operator: Exclude<BinaryOperator, '&&' | '||' | '==' | '!='>,
  x: number,
  y: number,
): Value {
  switch (operator) {
    case '+':
      return finite(x + y);
    case '-':
      return finite(x - y);
    case '*':
      return finite(x * y);
    case '/':
      return y === 0 ? null : finite(x / y);
    case '%':
      return y === 0 ? null : finite(x % y);
    case '**':
      return finite(x ** y);
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
  }
}

function call(name: ScalarFunction, args: readonly Value[]): Value {
  if (name === 'isKnown') return args[0] !== null;
  if (name === 'coalesce') return args.find((arg) => arg !== null) ?? null;
  const numbers = args.filter((arg) => typeof arg === 'number');
  if (numbers.length < args.length) return null;
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = numbers;
  switch (name) {
    case 'abs':
      return finite(Math.abs(x));
    case 'min':
      return finite(Math.min(...numbers));
    case 'max':
      return finite(Math.max(...numbers));
    case 'round':
      return finite(Math.round(x));
    case 'floor':
      return finite(Math.floor(x));
    case 'ceil':
      return finite(Math.ceil(x));
    case 'sqrt':
      return finite(Math.sqrt(x));
    case 'log':
      return finite(Math.log(x));
    case 'exp':
      return finite(Math.exp(x));
    case 'clamp':
      return finite(Math.min(Math.max(x, y), z));
    case 'bit':
      return bit(x, y);
  }
}

/** Whether bit `n` of the whole number `x` is set. */
function bit(x: number, n: number): Value {
  if (!Number.isInteger(x) || !Number.isInteger(n) || n < 0) return null;
  return Math.abs(Math.floor(x / 2 ** n)) % 2 === 1;
}

function booleanOf(value: Value): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function finite(value: number): Value {
  return Number.isFinite(value) ? value : null;
}
