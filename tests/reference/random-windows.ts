import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import {
  duration,
  joined,
  type Keys,
  maybe,
  oneOf,
  type Scope,
  type Source,
  threshold,
} from './random-source.js';

const minCount = maybe('minCount', fc.integer({ min: 1, max: 3 }), 5);
const full = maybe('full', fc.constant(true), 6);

/** The keys of a window; those of a number of readings only where they are allowed. */
export function randomWindow(scope: Scope, mayCount: boolean): Keys {
  return oneOf<Record<string, JsonValue>>(
    [
      8,
      joined(
        duration.map((over) => ({ over })),
        minCount,
        full,
      ),
    ],
    // At least as long as `minCount`, or the rule is refused.
    [
      3,
      mayCount
        ? joined(
            fc.integer({ min: 3, max: 5 }).map((over) => ({ over })),
            minCount,
            full,
          )
        : null,
    ],
    [
      1,
      mayCount
        ? joined(
            fc.integer({ min: 1, max: 2 }).map((over) => ({ over })),
            full,
          )
        : null,
    ],
    [3, randomAligned],
    [
      3,
      joined(
        duration.map((session) => ({ session })),
        longest,
        minCount,
      ),
    ],
    [
      3,
      joined(
        randomRun(scope).map((during) => ({ during })),
        minCount,
      ),
    ],
  );
}

const longest = maybe('longest', fc.constantFrom('30s', '1m'), 3);

const randomAligned: Keys = joined(
  maybe('over', fc.constantFrom('10s', '30s', '1m', '5m'), 1),
  oneOf<Record<string, JsonValue>>(
    [4, fc.constantFrom('10s', '30s', '1m').map((every) => ({ every }))],
    [
      1,
      fc
        .tuple(
          fc.constantFrom('15m', '30m', '1h', '1d'),
          fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', 'UTC'),
        )
        .map(([every, timezone]) => ({ every, timezone })),
    ],
  ),
  minCount,
  full,
);

/** The condition of a `during`. */
function randomRun({ layout, numbers }: Scope): Source {
  const name = fc.constantFrom(...numbers, ...layout.inputs.map((input) => input.name));
  return oneOf<JsonValue>(
    [3, fc.tuple(name, threshold).map(([value, above]) => ({ value, above }))],
    [1, fc.tuple(name, threshold).map(([value, below]) => ({ value, below, deadband: 5 }))],
    [1, fc.tuple(name, threshold).map(([value, above]) => ({ value, above, for: '10s' }))],
    [1, fc.constantFrom(...layout.inputs).map((input) => ({ not: { absent: input.name, for: '20s' } }))],
  );
}

export const randomWhere: Source = oneOf<JsonValue>(
  [2, threshold.map((above) => ({ above }))],
  [1, threshold.map((below) => ({ below }))],
  [1, threshold.map((low) => ({ between: [low, low + 15] }))],
  [1, fc.uniqueArray(threshold, { minLength: 1, maxLength: 3 }).map((notIn) => ({ notIn }))],
);
