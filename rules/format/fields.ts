import { z } from 'zod';
import { guessDuration, parseDuration } from './duration.js';
import { expectations } from './expectation.js';
import type { IssueCode } from './issue-codes.js';

/**
 * The kinds of keys that our files have. Each gives a zod schema whose output is what the program works with; type,
 * bounds, default, description, messages and JSON Schema all come from this one declaration.
 */

/** A duration, read as milliseconds. `hint`: what to do, made from a value that is none. */
export function duration(
  description: string,
  bound: 'above zero' | 'zero or more' = 'above zero',
  hint: (value: unknown) => string = durationHint,
) {
  const aboveZero = bound === 'above zero' ? '(?=.*[1-9])' : '';
  return z
    .string()
    .meta({ pattern: `^${aboveZero}([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+$`, examples: ['30s', '1h30m'] })
    .register(expectations, { what: 'a duration such as "30s"', code: 'bad-duration', hint })
    .transform((value, context): number => {
      const ms = parseDuration(value);
      if (ms !== null && (ms > 0 || bound === 'zero or more')) return ms;
      context.issues.push(ms === null ? notADuration(value, hint(value)) : notAboveZero(value));
      return z.NEVER;
    })
    .meta({ description });
}

function notADuration(value: string, hint: string) {
  const message = `must be a duration such as "30s", not ${JSON.stringify(value)}.`;
  return customIssue(value, message, { code: 'bad-duration', hint });
}

function notAboveZero(value: string) {
  return customIssue(value, 'must be longer than zero.', { code: 'out-of-range' });
}

function customIssue(input: string, message: string, params: { code: IssueCode; hint?: string }) {
  return { code: 'custom' as const, input, message, params };
}

export function durationHint(value: unknown): string {
  const guess = guessDuration(value);
  return guess === null ? 'Units are ms, s, m, h, d and w: "500ms", "1h30m".' : `Write "${guess}".`;
}

export function text(description: string) {
  return z.string().meta({ description });
}

export function flag(description: string) {
  return z.boolean().meta({ description });
}

export function wholeNumber(description: string, bounds: { min: number; max: number }) {
  return z.int().min(bounds.min).max(bounds.max).meta({ description });
}

/** A text of a certain form; `what` says which, as in "`id` must be {what}". */
export function formedText(description: string, form: RegExp, what: string, code: IssueCode = 'bad-name') {
  return z.string().regex(form).meta({ description }).register(expectations, { what, code });
}

/** The name of a time zone of the IANA database, `UTC` included. */
export function timezone(description: string) {
  return z
    .string()
    .refine(isTimezone, {
      message: 'must be a time zone such as "Europe/Berlin".',
      params: { code: 'bad-timezone', hint: 'Zones are named as in the IANA time zone database.' },
    })
    .meta({ description });
}

const knownTimezones = new Map<string, boolean>();

function isTimezone(name: string): boolean {
  const known = knownTimezones.get(name);
  if (known !== undefined) return known;
  const exists = hasTimezone(name);
  // Bounded, as names come from files; there are about 600 real ones.
  if (knownTimezones.size < 1000) knownTimezones.set(name, exists);
  return exists;
}

function hasTimezone(name: string): boolean {
  // Newer versions of Node also take offsets ("+01:00"); a file must mean the same to all.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
