import type { AggregateFunction, Condition, Signal, Window } from '../rule.js';

/**
 * What the language has and the engine has not yet: a rule that uses it is refused, never half-evaluated.
 * Everything is read and checked all the same, so that building it means deleting it here.
 */
export const NOT_BUILT_YET = {
  windows: new Set<Window['kind']>([]),
  functions: new Set<AggregateFunction>([]),
  signals: new Set<Signal['kind']>([]),
  conditions: new Set<Condition['kind']>([]),
  /** `"expected": table` of `absent`. */
  expected: false,
  /** The schedule of a rule. */
  active: false,
  /** `previous`, `changed` and aggregates of anything but an input. */
  derivedReadings: false,
  /** The same of a derived signal that shared inputs alone can give readings, before an instance begins. */
  sharedReadings: true,
} as const;
