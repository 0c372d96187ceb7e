import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import type { RandomInput } from './random-layout.js';
import {
  duration,
  inputsCarrying,
  joined,
  maybe,
  oneOf,
  type Scope,
  type Source,
  threshold,
} from './random-source.js';

const ANYWHERE = ['count', 'sum', 'avg', 'min', 'max', 'range'];
const NOT_POOLED = ['first', 'last', 'delta', 'increase', 'changes'];
/** What two right engines may work out a rounding apart; the others are exact on the numbers used here. */
const ROUNDED_ANYWHERE = ['stddev', 'variance'];
const ROUNDED_NOT_POOLED = ['rate'];

/** A name or an object. */
export type SignalSource = string | Record<string, JsonValue>;

/** Signals whose value is a number where it is known. */
export function randomSignal(scope: Scope): fc.Arbitrary<SignalSource> {
  const names = fc.constantFrom(...scope.numbers);
  const own = ownInputs(scope);
  return oneOf<SignalSource>(
    [4, names],
    [1, names.map((value) => ({ value }))],
    [1, own.length === 0 ? null : fc.constantFrom(...own).map((previous) => ({ previous }))],
    [6, randomAggregate(scope)],
    [3, randomNumber(scope, 2).map((expr) => ({ expr }))],
  );
}

/** `{ "avg": "x", "over": "30s", … }` */
export function randomAggregate(scope: Scope): fc.Arbitrary<Record<string, JsonValue>> {
  return fc
    .constantFrom(...scope.layout.inputs)
    .chain((input) => aggregateOf(input, scope, functionsFor(input.carries === 'string', input.isPooled)));
}

/** One that must not be compared with a round number, nor be a part of anything that jumps. */
export function randomRounded(scope: Scope): fc.Arbitrary<Record<string, JsonValue>> {
  return fc.constantFrom(...inputsCarrying(scope, 'number')).chain((input) => {
    const functions = input.isPooled ? ROUNDED_ANYWHERE : [...ROUNDED_ANYWHERE, ...ROUNDED_NOT_POOLED];
    return aggregateOf(input, scope, functions);
  });
}

function aggregateOf(
  input: RandomInput,
  scope: Scope,
  functions: readonly string[],
): fc.Arbitrary<Record<string, JsonValue>> {
  const mayCount = !input.isPooled || scope.mayCountPools;
  return joined(
    fc.constantFrom(...functions).map((name) => ({ [name]: input.name })),
    randomWindow(mayCount),
    maybe('full', fc.constant(true), 6),
    input.carries === 'number' ? maybe('where', randomWhere, 4) : fc.constant({}),
  );
}

/** At least as long as `minCount`, or the rule is refused. */
function randomWindow(mayCount: boolean): fc.Arbitrary<Record<string, JsonValue>> {
  const minCount = maybe('minCount', fc.integer({ min: 1, max: 3 }), 5);
  return oneOf<Record<string, JsonValue>>(
    [
      6,
      joined(
        duration.map((over) => ({ over })),
        minCount,
      ),
    ],
    [
      3,
      mayCount
        ? joined(
            fc.integer({ min: 3, max: 5 }).map((over) => ({ over })),
            minCount,
          )
        : null,
    ],
    [1, mayCount ? fc.integer({ min: 1, max: 2 }).map((over) => ({ over })) : null],
  );
}

const randomWhere: Source = oneOf<JsonValue>(
  [2, threshold.map((above) => ({ above }))],
  [1, threshold.map((below) => ({ below }))],
  [1, threshold.map((low) => ({ between: [low, low + 15] }))],
  [1, fc.uniqueArray(threshold, { minLength: 1, maxLength: 3 }).map((notIn) => ({ notIn }))],
);

/** The text of an expression whose value is a number. */
export function randomNumber(scope: Scope, depth: number): fc.Arbitrary<string> {
  const name = fc.constantFrom(...scope.numbers);
  if (depth === 0) return oneOf([3, name], [1, threshold.map(String)]);
  const part = randomNumber(scope, depth - 1);
  return oneOf(
    [2, name],
    [
      3,
      fc.tuple(part, fc.constantFrom('+', '-', '*', '/', '%'), part).map(([a, op, b]) => `(${a} ${op} ${b})`),
    ],
    [
      1,
      fc.tuple(fc.constantFrom('abs', 'round', 'floor', 'ceil', 'sqrt'), part).map(([f, a]) => `${f}(${a})`),
    ],
    [
      1,
      fc.tuple(fc.constantFrom('min', 'max', 'coalesce'), part, part).map(([f, a, b]) => `${f}(${a}, ${b})`),
    ],
    [1, fc.tuple(part, threshold).map(([a, low]) => `clamp(${a}, ${low}, ${low + 10})`)],
    [1, fc.tuple(randomTruth(scope, depth - 1), part, part).map(([c, a, b]) => `(${c} ? ${a} : ${b})`)],
    [1, part.map((a) => `-(${a})`)],
    [1, name.map((a) => `-${a} ** 2`)],
    [2, randomCall(scope)],
  );
}

/** The text of an expression that is true or false. */
export function randomTruth(scope: Scope, depth: number): fc.Arbitrary<string> {
  const part = randomNumber(scope, Math.max(depth - 1, 0));
  const compared = fc
    .tuple(part, fc.constantFrom('>', '>=', '<', '<=', '==', '!='), threshold)
    .map(([a, op, b]) => `${a} ${op} ${b}`);
  if (depth === 0) return compared;
  const inner = randomTruth(scope, depth - 1);
  return oneOf(
    [4, compared],
    [2, fc.tuple(inner, fc.constantFrom('&&', '||'), inner).map(([a, op, b]) => `(${a} ${op} ${b})`)],
    [1, inner.map((a) => `!(${a})`)],
    [1, part.map((a) => `isKnown(${a})`)],
    [1, fc.tuple(part, fc.integer({ min: 0, max: 4 })).map(([a, n]) => `bit(round(${a}), ${n})`)],
    [1, named(scope, 'boolean')],
    [1, named(scope, 'string')?.map((name) => `${name} == 'ON'`) ?? null],
  );
}

/** An aggregate as a call: `avg(x, '30s')`. */
function randomCall(scope: Scope): fc.Arbitrary<string> {
  return fc.constantFrom(...inputsCarrying(scope, 'number')).chain((input) => {
    const mayCount = !input.isPooled || scope.mayCountPools;
    // `min` and `max` of a count window would be those of two numbers.
    return fc
      .tuple(
        fc.constantFrom(...functionsFor(false, input.isPooled)),
        duration,
        fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      )
      .map(([name, over, count]) => {
        const counts = mayCount && count !== undefined && name !== 'min' && name !== 'max';
        return `${name}(${input.name}, ${counts ? count : `'${over}'`})`;
      });
  });
}

/** Inputs that are not pooled. */
export function ownInputs(scope: Scope): string[] {
  return scope.layout.inputs.filter((input) => !input.isPooled).map(({ name }) => name);
}

function named(scope: Scope, carries: 'boolean' | 'string'): fc.Arbitrary<string> | null {
  const inputs = inputsCarrying(scope, carries);
  return inputs.length === 0 ? null : fc.constantFrom(...inputs.map(({ name }) => name));
}

function functionsFor(isString: boolean, isPooled: boolean): string[] {
  if (isString) return isPooled ? ['count'] : ['count', 'first', 'last', 'changes'];
  return isPooled ? ANYWHERE : [...ANYWHERE, ...NOT_POOLED];
}
