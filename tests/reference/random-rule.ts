import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { randomCondition } from './random-conditions.js';
import { type Layout, type RandomInput, randomLayout } from './random-layout.js';
import { randomAggregate, randomNumber, randomRounded } from './random-signals.js';
import { joined, maybe, oneOf, type Scope, type Source, sometimes } from './random-source.js';

/** A rule as its author writes it, and what the messages of its case must know of it. */
export interface RandomRule {
  readonly source: Readonly<Record<string, JsonValue>>;
  readonly layout: Layout;
}

/** The `let` whose values are compared with a tolerance. */
export const ROUNDED_LET = 'spread';

export function randomRule(mayCountPools: boolean): fc.Arbitrary<RandomRule> {
  return randomLayout.chain((layout) => {
    const numbers = layout.inputs.filter(({ carries }) => carries === 'number').map(({ name }) => name);
    const scope: Scope = { layout, numbers, derived: [], rounded: [], mayCountPools };
    return sometimes(randomLets(scope), 1).chain((lets) => {
      const names = Object.keys(lets);
      const derived = names.filter((name) => name !== ROUNDED_LET);
      const rounded = names.filter((name) => name === ROUNDED_LET);
      const full = { ...scope, numbers: [...numbers, ...derived], derived, rounded };
      return randomSource(full, lets).map((source) => ({ source, layout }));
    });
  });
}

/** `second` may be made of `first`, and stands before it as often as after. */
function randomLets(scope: Scope): fc.Arbitrary<Record<string, JsonValue>> {
  const first = oneOf<JsonValue>([1, randomAggregate(scope)], [1, randomNumber(scope, 1)]);
  const second = randomNumber({ ...scope, numbers: [...scope.numbers, 'first'] }, 2).map((expr) => ({
    expr,
  }));
  const madeOfFirst = fc
    .tuple(first, second, fc.boolean())
    .map(([one, two, isForward]) => (isForward ? { second: two, first: one } : { first: one, second: two }));
  return joined(
    maybe(ROUNDED_LET, randomRounded(scope), 2),
    oneOf<Record<string, JsonValue>>([1, first.map((one) => ({ first: one }))], [1, madeOfFirst]),
  );
}

function randomSource(
  scope: Scope,
  lets: Readonly<Record<string, JsonValue>>,
): fc.Arbitrary<Record<string, JsonValue>> {
  const when = oneOf<Record<string, JsonValue>>(
    [
      3,
      joined(
        randomCondition(scope, 2).map((condition) => ({ when: condition })),
        severity,
      ),
    ],
    [1, randomLevels(scope).map((levels) => ({ when: levels }))],
  );
  return joined(
    randomInputs(scope.layout.inputs).map((inputs) => ({ inputs })),
    fc.constant(scope.layout.groupBy === null ? {} : { groupBy: scope.layout.groupBy }),
    fc.constant(Object.keys(lets).length === 0 ? {} : { let: lets }),
    when,
    maybe('labels', fc.constant({ area: 'press', Zone: 'z' }), 3),
    maybe('keepFor', fc.constantFrom('10s', '30s'), 4),
    maybe('latch', fc.constant(true), 4),
    maybe('onUnknown', fc.constantFrom('hold', 'resolve'), 1),
    maybe('message', randomMessage(scope), 1),
    maybe('title', fc.constant('A title'), 3),
    maybe('forgetAfter', fc.constantFrom('30s', '1m', '2m'), 3),
    maybe('maxInstances', fc.integer({ min: 1, max: 3 }), 5),
  );
}

const severity = maybe('severity', fc.constantFrom('info', 'warning', 'critical'), 1);

function randomLevels(scope: Scope): Source {
  const condition = randomCondition(scope, 1);
  return joined(
    maybe('info', condition, 1),
    maybe('critical', condition, 1),
    condition.map((warning) => ({ warning })),
  );
}

function randomInputs(inputs: readonly RandomInput[]): Source {
  const one = ({ topic, field }: RandomInput): Source => {
    const plain: JsonValue = field === null ? topic : { topic, field };
    const keys = field === null ? { topic } : { topic, field };
    return oneOf<JsonValue>(
      [4, fc.constant(plain)],
      [1, fc.constantFrom('10s', '30s', '1m').map((maxAge) => ({ ...keys, maxAge }))],
    );
  };
  return fc.tuple(...inputs.map(one)).map((sources) => {
    return Object.fromEntries(inputs.map(({ name }, index) => [name, sources[index] ?? '']));
  });
}

/** Every name and format a message may use. */
function randomMessage({ layout, derived }: Scope): fc.Arbitrary<string> {
  const names = [...layout.inputs.map(({ name }) => name), ...layout.labels, ...derived];
  const placeholder = fc
    .tuple(
      fc.constantFrom(...names, 'rule', 'severity', 'duration'),
      fc.constantFrom('', ':.1f', ':d', ':.0f'),
    )
    .map(([name, format]) => `{${name}${format}}`);
  return fc
    .array(fc.oneof(placeholder, fc.constantFrom('{{', '}', ' is ', '°')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(' '));
}
