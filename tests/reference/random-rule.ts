import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { randomActive } from './random-active.js';
import { randomAggregate, randomRounded } from './random-aggregates.js';
import { randomCondition } from './random-conditions.js';
import { isShared, LAYOUTS, type Layout, type RandomInput } from './random-layout.js';
import { randomNumber } from './random-signals.js';
import { joined, type Keys, maybe, oneOf, type Scope, type Source } from './random-source.js';

/** A rule as its author writes it, and what the messages of its case must know of it. */
export interface RandomRule {
  readonly source: Readonly<Record<string, JsonValue>>;
  readonly layout: Layout;
}

/** The `let` whose values are compared with a tolerance. */
export const ROUNDED_LET = 'spread';

/** Which `let` a rule has, and in which order they stand: `second` may be made of `first`. */
const LETS = [[], ['first'], [ROUNDED_LET], ['first', 'second'], [ROUNDED_LET, 'second', 'first']] as const;

/**
 * One to three rules, half of the time all of one layout, so that messages reach several of them. The arbitraries are
 * made once for each layout and choice of `let`, as making one costs more than drawing from it.
 */
export function randomRules(mayCountPools: boolean): fc.Arbitrary<RandomRule[]> {
  const byLayout = LAYOUTS.map((layout) => randomRule(layout, mayCountPools));
  const several = (rule: fc.Arbitrary<RandomRule>) => fc.array(rule, { minLength: 1, maxLength: 3 });
  const ofOneLayout = byLayout.map((rule): [number, fc.Arbitrary<RandomRule[]>] => [1, several(rule)]);
  const ofAny = oneOf(...byLayout.map((rule): [number, fc.Arbitrary<RandomRule>] => [1, rule]));
  return oneOf(...ofOneLayout, [LAYOUTS.length, several(ofAny)]);
}

function randomRule(layout: Layout, mayCountPools: boolean): fc.Arbitrary<RandomRule> {
  const rules = LETS.map((lets): [number, fc.Arbitrary<RandomRule>] => {
    const scope = scopeOf(layout, lets, mayCountPools);
    return [1, randomSource(scope, randomLets(scope, lets)).map((source) => ({ source, layout }))];
  });
  return oneOf(...rules);
}

function scopeOf(layout: Layout, lets: readonly string[], mayCountPools: boolean): Scope {
  const numbers = layout.inputs.filter(({ carries }) => carries === 'number').map(({ name }) => name);
  const derived = lets.filter((name) => name !== ROUNDED_LET);
  const rounded = lets.filter((name) => name === ROUNDED_LET);
  return { layout, numbers: [...numbers, ...derived], derived, readable: derived, rounded, mayCountPools };
}

function randomLets(scope: Scope, lets: readonly string[]): Keys {
  if (lets.length === 0) return fc.constant({});
  const numbers = scope.numbers.filter((name) => !scope.derived.includes(name));
  const inputs = { ...scope, numbers, derived: [], readable: [] };
  const withFirst = { ...inputs, numbers: [...numbers, 'first'], derived: ['first'], readable: ['first'] };
  const signals = new Map<string, Source>([
    [ROUNDED_LET, randomRounded(inputs)],
    ['first', oneOf([2, randomLet(inputs, 1)], [1, randomEarly(inputs)])],
    ['second', randomLet(withFirst, 2)],
  ]);
  const keys = lets.map((name) =>
    (signals.get(name) ?? fc.constant('x')).map((signal) => ({ [name]: signal })),
  );
  return joined(...keys).map((all) => ({ let: all }));
}

function randomLet(scope: Scope, depth: number): Source {
  const text = randomNumber(scope, depth).map((expr) => readable(scope.layout, expr));
  return oneOf<JsonValue>([1, randomAggregate(scope)], [2, text]);
}

/** One that may have readings before its instance begins: shared inputs alone give it some. */
function randomEarly({ layout }: Scope): fc.Arbitrary<string> | null {
  const numbers = layout.inputs.filter(({ carries }) => carries === 'number');
  const shared = numbers.filter((input) => isShared(layout, input)).map(({ name }) => name);
  if (shared.length === 0) return null;
  const one = fc.constantFrom(...shared);
  const any = fc.constantFrom(...numbers.map(({ name }) => name));
  return oneOf(
    [3, fc.tuple(one, fc.constantFrom('* 2', '+ 5', '% 7')).map(([name, change]) => `${name} ${change}`)],
    [3, fc.tuple(one, one).map(([a, b]) => `${a} - ${b} / 2`)],
    [2, fc.tuple(any, one).map(([a, b]) => `coalesce(${a}, ${b})`)],
    [1, fc.tuple(any, one).map(([a, b]) => `count(${a}, '20s') + ${b}`)],
    [
      2,
      fc.tuple(one, fc.constantFrom(...layout.labels)).map(([a, label]) => {
        return `${a} + (${label} == '1' || ${label} == 'a' ? 10 : 0)`;
      }),
    ],
  );
}

/** Of another name for a pooled input little could be made. */
function readable({ inputs }: Layout, text: string): string {
  const isName = /^\w+$/.test(text);
  return isName && inputs.some(({ isPooled }) => isPooled) ? `${text} + 0` : text;
}

function randomSource(scope: Scope, lets: Keys): Keys {
  const when = oneOf<Record<string, JsonValue>>(
    [
      3,
      joined(
        oneOf([1, randomCondition(scope, 1)], [1, randomCondition(scope, 2)]).map((when) => ({ when })),
        severity,
      ),
    ],
    [1, randomLevels(scope).map((levels) => ({ when: levels }))],
  );
  return joined(
    randomInputs(scope.layout.inputs).map((inputs) => ({ inputs })),
    fc.constant(scope.layout.groupBy === null ? {} : { groupBy: scope.layout.groupBy }),
    lets,
    when,
    maybe('labels', fc.constant({ area: 'press', Zone: 'z' }), 3),
    maybe('keepFor', fc.constantFrom('10s', '30s'), 4),
    maybe('latch', fc.constant(true), 4),
    maybe('onUnknown', fc.constantFrom('hold', 'resolve'), 1),
    maybe('message', randomMessage(scope), 1),
    maybe('title', fc.constant('A title'), 3),
    maybe('forgetAfter', fc.constantFrom('30s', '1m', '2m'), 3),
    maybe('active', randomActive, 9),
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
