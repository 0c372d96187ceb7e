import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { randomAggregate, randomCall, readableLets } from './random-aggregates.js';
import { inputsCarrying, oneOf, type Scope, threshold } from './random-source.js';

/** A name or an object. */
export type SignalSource = string | Record<string, JsonValue>;

/** Signals whose value is a number where it is known. */
export function randomSignal(scope: Scope): fc.Arbitrary<SignalSource> {
  const names = fc.constantFrom(...scope.numbers);
  const readable = [...ownInputs(scope), ...readableLets(scope)];
  return oneOf<SignalSource>(
    [4, names],
    [1, names.map((value) => ({ value }))],
    [1, readable.length === 0 ? null : fc.constantFrom(...readable).map((previous) => ({ previous }))],
    [6, randomAggregate(scope)],
    [3, randomNumber(scope, 2).map((expr) => ({ expr }))],
  );
}

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
    [1, fc.tuple(part, part).map(([a, b]) => `mixed(${a}, ${b})`)],
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

/** Inputs that are not pooled. */
export function ownInputs(scope: Scope): string[] {
  return scope.layout.inputs.filter((input) => !input.isPooled).map(({ name }) => name);
}

function named(scope: Scope, carries: 'boolean' | 'string'): fc.Arbitrary<string> | null {
  const inputs = inputsCarrying(scope, carries);
  return inputs.length === 0 ? null : fc.constantFrom(...inputs.map(({ name }) => name));
}
