import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import {
  exactFunctions,
  exactFunctionsOfDerived,
  isTimeWeighted,
  roundedFunctions,
} from './random-language.js';
import type { RandomInput } from './random-layout.js';
import {
  duration,
  inputsCarrying,
  joined,
  type Keys,
  maybe,
  oddThreshold,
  oneOf,
  type Scope,
} from './random-source.js';
import { randomWhere, randomWindow } from './random-windows.js';

/** `{ "avg": "x", "over": "30s", … }`: signals of readings whose values can be compared with any number. */
export function randomAggregate(scope: Scope): Keys {
  const inputs = scope.layout.inputs.map((input): [number, Keys] => [
    2,
    aggregateOf(scope, input, exactFunctions(input)),
  ]);
  const derived = readableLets(scope).map((name): [number, Keys] => [1, derivedOf(scope, name)]);
  return oneOf(...inputs, ...derived, [1, randomAcross(scope, EXACT_ACROSS)]);
}

/** One that must not be compared with a round number, nor be a part of anything that jumps. */
export function randomRounded(scope: Scope): Keys {
  const numbers = inputsCarrying(scope, 'number');
  const own = numbers.filter((input) => !input.isPooled).map(({ name }) => name);
  const aggregates = numbers.map((input): [number, Keys] => [
    4,
    aggregateOf(scope, input, roundedFunctions(input.isPooled)),
  ]);
  const ewma = fc
    .tuple(fc.constantFrom(...own, ...readableLets(scope)), duration)
    .map(([name, halfLife]) => ({ ewma: name, halfLife }));
  const weighed = readableLets(scope).map((name): [number, Keys] => [1, weighedOf(scope, name)]);
  return oneOf(
    ...aggregates,
    ...weighed,
    [2, own.length > 0 ? ewma : null],
    [1, randomAcross(scope, ['stddev'])],
  );
}

/** `let` signals of whose readings something may be made. */
export function readableLets(scope: Scope): readonly string[] {
  return scope.readable;
}

/** An aggregate as a call: `avg(x, '30s')`. */
export function randomCall(scope: Scope): fc.Arbitrary<string> {
  return oneOf(
    ...inputsCarrying(scope, 'number').map((input): [number, fc.Arbitrary<string>] => {
      const mayCount = !input.isPooled || scope.mayCountPools;
      const call = fc.tuple(
        fc.constantFrom(...exactFunctions(input)),
        duration,
        fc.integer({ min: 1, max: 9 }),
      );
      // `min` and `max` of a count window would be those of two numbers.
      return [
        1,
        call.map(([name, over, count]) => {
          const counts = mayCount && count <= 5 && name !== 'min' && name !== 'max';
          return `${name}(${input.name}, ${counts ? count : `'${over}'`})`;
        }),
      ];
    }),
  );
}

function aggregateOf(scope: Scope, input: RandomInput, functions: readonly string[]): Keys {
  const where = input.carries === 'number' ? maybe('where', randomWhere, 4) : fc.constant({});
  const options = functions.map((name): [number, Keys] => {
    const mayCount = (!input.isPooled || scope.mayCountPools) && !isTimeWeighted(name);
    return [
      1,
      joined(fc.constant({ [name]: input.name }), randomWindow(scope, mayCount), where, optionsOf(name)),
    ];
  });
  return oneOf(...options);
}

function derivedOf(scope: Scope, name: string): Keys {
  const of = fc.constantFrom(...exactFunctionsOfDerived()).map((each) => ({ [each]: name }));
  return joined(of, randomWindow(scope, true), maybe('where', randomWhere, 4));
}

/** A derived signal by how long its values hold. */
function weighedOf(scope: Scope, name: string): Keys {
  return joined(
    fc.constantFrom('timeAvg', 'integral', 'duty').map((each) => ({ [each]: name })),
    randomWindow(scope, false),
    maybe('where', randomWhere, 4),
  );
}

/** The keys that belong to one function. */
function optionsOf(name: string): Keys {
  if (name === 'predict') return fc.constantFrom('10s', '30s').map((ahead) => ({ ahead }));
  if (name === 'rate' || name === 'slope' || name === 'integral') {
    return maybe('per', fc.constantFrom('1m', '500ms'), 2);
  }
  if (name !== 'timeTo') return fc.constant({});
  return joined(
    // A line that only just reaches its limit is a matter of rounding.
    oneOf<JsonValue>([4, oddThreshold], [1, oddThreshold.map((odd) => ({ expr: `y + ${odd}` }))]).map(
      (limit) => ({ limit }),
    ),
    maybe('from', fc.constantFrom('below', 'above'), 1),
  );
}

const EXACT_ACROSS = ['min', 'max', 'avg', 'sum', 'count', 'median', 'range'];

/** Over the series of a pooled input that differ in a label. */
function randomAcross({ layout }: Scope, functions: readonly string[]): Keys | null {
  const pools = layout.inputs.flatMap(({ name, topic, isPooled }) => {
    const captures = [...topic.matchAll(/\{(\w+)\}/g)].flatMap(([, label]) => label ?? []);
    const loose = isPooled ? captures.filter((label) => !layout.labels.includes(label)) : [];
    return loose.map((label) => ({ name, label }));
  });
  if (pools.length === 0) return null;
  return fc
    .tuple(fc.constantFrom(...functions), fc.constantFrom(...pools))
    .map(([each, { name, label }]) => ({ [each]: name, across: label }));
}
