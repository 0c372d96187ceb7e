import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import type { Layout, RandomInput } from './random-layout.js';

/** A part of a rule as its author writes it. */
export type Source = fc.Arbitrary<JsonValue>;

/** Some keys of a rule and their values. */
export type Keys = fc.Arbitrary<Record<string, JsonValue>>;

/** What the parts of a random rule may use. */
export interface Scope {
  readonly layout: Layout;
  /** Names of number signals: inputs and those `let` that are made already. */
  readonly numbers: readonly string[];
  /** `let` among the names. */
  readonly derived: readonly string[];
  /** `let` of whose readings something may be made. */
  readonly readable: readonly string[];
  /** `let` whose values two right engines may work out a rounding apart. */
  readonly rounded: readonly string[];
  /** Whether pooled inputs may have count windows. */
  readonly mayCountPools: boolean;
}

/** Multiples of one base, as the distances of readings are, so that exact boundaries come up often. */
export const duration: fc.Arbitrary<string> = fc.constantFrom('10s', '20s', '30s', '1m');

/** Thresholds, which readings often hit exactly. */
export const threshold: fc.Arbitrary<number> = fc.constantFrom(10, 20, 0, 30, 15);

/** A limit that no value is near enough to for a rounding to matter. */
export const oddThreshold: fc.Arbitrary<number> = fc.constantFrom(0.513, 1.017, 3.137, 10.137, 60.137);

export const quarter: fc.Arbitrary<number> = fc.integer({ min: -20, max: 160 }).map((n) => n / 4);

export function inputsCarrying(scope: Scope, carries: RandomInput['carries']): RandomInput[] {
  return scope.layout.inputs.filter((input) => input.carries === carries);
}

/** One of some arbitraries with weights; those without a value to offer are left out. */
export function oneOf<T>(...options: [weight: number, arbitrary: fc.Arbitrary<T> | null][]): fc.Arbitrary<T> {
  const offered = options.flatMap(([weight, arbitrary]) =>
    arbitrary === null ? [] : [{ weight, arbitrary }],
  );
  return fc.oneof({ withCrossShrink: true }, ...offered);
}

/** The same choice of keys from several arbitraries, joined into one object. */
export function joined(...parts: Keys[]): Keys {
  return fc.tuple(...parts).map((objects) => Object.assign({}, ...objects));
}

/** An object with one key, or, so many times as often, none. */
export function maybe(key: string, value: Source, without = 1): Keys {
  return sometimes(
    value.map((found) => ({ [key]: found })),
    without,
  );
}

/** Some keys, or, so many times as often, none. Shrinks to none. */
export function sometimes(keys: Keys, without: number): Keys {
  return oneOf<Record<string, JsonValue>>([without, fc.constant({})], [1, keys]);
}
