import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { randomRounded, readableLets } from './random-aggregates.js';
import { ownInputs, randomNumber, randomSignal, randomTruth, type SignalSource } from './random-signals.js';
import {
  duration,
  inputsCarrying,
  joined,
  type Keys,
  maybe,
  oddThreshold,
  oneOf,
  type Scope,
  type Source,
  sometimes,
  threshold,
} from './random-source.js';
import { expectable, lookupsFor } from './random-tables.js';

/** A condition nested at most so deep, with modifiers at random. */
export function randomCondition(scope: Scope, depth: number): Source {
  const leaf = randomLeaf(scope);
  if (depth === 0) return leaf;
  const part = randomCondition(scope, depth - 1);
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  const nested: Keys = oneOf<Record<string, JsonValue>>(
    [3, parts.map((all) => ({ all }))],
    [3, parts.map((any) => ({ any }))],
    [2, part.map((not) => ({ not }))],
    [2, parts.chain((of) => fc.integer({ min: 1, max: of.length }).map((some) => ({ some, of })))],
  );
  return oneOf<JsonValue>(
    [4, leaf],
    [6, modified(nested, true, true)],
    [1, modified(randomSequence(part), true, false)],
    [1, modified(randomAfter(part), true, false)],
  );
}

function randomSequence(part: Source): Keys {
  return joined(
    fc.array(part, { minLength: 2, maxLength: 3 }).map((sequence) => ({ sequence })),
    duration.map((within) => ({ within })),
    maybe('unless', part, 2),
  );
}

function randomAfter(part: Source): Keys {
  return fc.tuple(part, part, duration).map(([after, expect, within]) => ({ after, expect, within }));
}

function randomLeaf(scope: Scope): Source {
  const readable = [...ownInputs(scope), ...readableLets(scope)];
  const expected = expectable(scope.layout);
  const absent: Keys = joined(
    fc
      .tuple(fc.constantFrom(...scope.layout.inputs), duration)
      .map(([{ name }, wait]) => ({ absent: name, for: wait })),
    expected.length === 0 ? fc.constant({}) : maybe('expected', fc.constantFrom(...expected), 2),
  );
  return oneOf<JsonValue>(
    [10, modified(randomComparison(scope), true, true)],
    [2, randomTruth(scope, 2)],
    [
      1,
      modified(
        randomTruth(scope, 2).map((expr) => ({ expr })),
        true,
        true,
      ),
    ],
    [1, modified(absent, false, true)],
    [
      1,
      readable.length === 0
        ? null
        : modified(
            fc.constantFrom(...readable).map((changed) => ({ changed })),
            true,
            true,
          ),
    ],
    [1, kindComparison(scope, 'boolean')],
    [1, kindComparison(scope, 'string')],
  );
}

/** `{ "value": "x", "above": 20, "deadband": 5 }` and its like. */
function randomComparison(scope: Scope): Keys {
  const signal = randomSignal(scope).map(signalKeys);
  const rounded = oneOf<SignalSource>(
    [3, randomRounded(scope)],
    [1, scope.rounded.length === 0 ? null : fc.constantFrom(...scope.rounded)],
  ).map(signalKeys);
  return oneOf<Record<string, JsonValue>>(
    [9, joined(signal, randomComparator(scope))],
    [1, randomMixedList(scope)],
    [1, joined(rounded, pick(['above', 'atLeast', 'below', 'atMost'], oddThreshold))],
  );
}

/** Elements of several kinds, which only an input can be compared with. */
function randomMixedList(scope: Scope): Keys {
  const element = fc.oneof(threshold, fc.constantFrom<JsonValue>('ON', '20s', true));
  return joined(
    fc.constantFrom(...scope.layout.inputs).map(({ name }) => ({ value: name })),
    pick(['in', 'notIn'], fc.uniqueArray(element, { minLength: 1, maxLength: 4 })),
  );
}

function signalKeys(signal: SignalSource): Record<string, JsonValue> {
  return typeof signal === 'string' ? { value: signal } : signal;
}

function randomComparator(scope: Scope): Keys {
  const lookups = lookupsFor(scope.layout);
  const operand: Source = oneOf<JsonValue>(
    [5, threshold],
    [1, randomSignal(scope).map(signalKeys)],
    [1, randomNumber(scope, 1).map((expr) => ({ expr }))],
    [1, lookups.length === 0 ? null : fc.constantFrom(...lookups)],
  );
  const span = fc.tuple(threshold, fc.constantFrom(5, 10, 20)).map(([low, length]) => [low, low + length]);
  const list = fc.uniqueArray(threshold, { minLength: 1, maxLength: 3 });
  const deadband = maybe('deadband', fc.constantFrom(5, 0.25, 10, 0), 3);
  return oneOf<Record<string, JsonValue>>(
    [6, joined(pick(['above', 'atLeast', 'below', 'atMost'], operand), deadband)],
    [1, pick(['equals', 'notEquals'], operand)],
    [1, pick(['in', 'notIn'], list)],
    [2, joined(pick(['between', 'outside'], span), maybe('deadband', fc.constantFrom(1, 2, 0.25), 3))],
  );
}

function kindComparison(scope: Scope, carries: 'boolean' | 'string'): Source | null {
  const inputs = inputsCarrying(scope, carries);
  if (inputs.length === 0) return null;
  const operand: Source = carries === 'boolean' ? fc.boolean() : fc.constantFrom('ON', 'OFF', '20s');
  const keys = joined(
    fc.constantFrom(...inputs).map(({ name }) => ({ value: name })),
    oneOf<Record<string, JsonValue>>(
      [3, pick(['equals', 'notEquals'], operand)],
      [1, pick(['in', 'notIn'], fc.array(operand, { minLength: 1, maxLength: 2 }))],
    ),
  );
  return modified(keys, true, true);
}

/** With `times`, `for` and `keepFor` at random, where the keys are free. */
function modified(condition: Keys, mayDelay: boolean, mayRepeat: boolean): Source {
  const times = fc
    .tuple(fc.integer({ min: 1, max: 3 }), duration)
    .map(([n, within]) => ({ times: n, within }));
  return joined(
    condition,
    mayRepeat ? sometimes(times, 7) : fc.constant({}),
    mayDelay ? maybe('for', oneOf<JsonValue>([9, duration], [1, fc.constant('0s')]), 3) : fc.constant({}),
    maybe('keepFor', duration, 6),
  );
}

function pick(keys: readonly string[], value: Source): Keys {
  return fc.tuple(fc.constantFrom(...keys), value).map(([key, found]) => ({ [key]: found }));
}
