import { z } from 'zod';
import { guessDuration, parseDuration } from './duration.js';
import { expectations } from './expectation.js';

/**
 * The kinds of keys that our files have. Each gives a zod schema whose output is what the program works with; type,
 * bounds, default, description, messages and JSON Schema all come from this one declaration.
 */

/** A duration, read as milliseconds. `above`: it must be longer than nothing. */
export function duration(description: string, bound: 'above zero' | 'zero or more' = 'above zero') {
  const text = z
    .string()
    .meta({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+$', examples: ['30s', '1h30m'] });
  return text
    .register(expectations, { what: 'a duration such as "30s"', code: 'bad-duration', hint: durationHint })
    .transform((value, context): number => {
      const ms = parseDuration(value);
      if (ms !== null && (ms > 0 || bound === 'zero or more')) return ms;
      context.issues.push(ms === null ? notADuration(value) : notAboveZero(value));
      return z.NEVER;
    })
    .meta({ description });
}

function notADuration(value: string) {
  const params = { code: 'bad-duration', hint: durationHint(value) };
  return {
    code: 'custom' as const,
    input: value,
    message: `must be a duration such as "30s", not ${JSON.stringify(value)}.`,
    params,
  };
}

function notAboveZero(value: string) {
  return {
    code: 'custom' as const,
    input: value,
    message: 'must be longer than zero.',
    params: { code: 'out-of-range' },
  };
}

function durationHint(value: unknown): string {
  const guess = guessDuration(value);
  return guess === null ? 'Units are ms, s, m, h, d and w: "500ms", "1h30m".' : `Write "${guess}".`;
}
