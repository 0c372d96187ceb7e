import type { JsonValue } from '../rules/reading.js';

export type TimestampUnit = 's' | 'ms' | 'us' | 'ns' | 'rfc3339';

const MS_PER_UNIT = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const;

/**
 * Reads the time a device wrote into its payload.
 *
 * @param unit `null`: a text with a date is RFC 3339, a number is taken by its size: below 1e11 seconds, below 1e14
 *   milliseconds, below 1e17 microseconds, else nanoseconds (right for every date from 1973 to 5138)
 * @returns epoch ms, fractions cut; `null` if it is no time
 */
export function readTimestamp(value: JsonValue | undefined, unit: TimestampUnit | null): number | null {
  if (typeof value === 'string') {
    if (unit === 'rfc3339' || (unit === null && DATE_TIME.test(value))) return readDateTime(value);
    return DECIMAL.test(value) ? readNumber(Number(value), unit) : null;
  }
  return typeof value === 'number' ? readNumber(value, unit) : null;
}

/** RFC 3339; without a zone it is UTC. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?$/;
const ZONE = /(?:[Zz]|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

function readDateTime(text: string): number | null {
  if (!DATE_TIME.test(text)) return null;
  const time = Date.parse(`${text.replace(/[t ]/, 'T')}${ZONE.test(text) ? '' : 'Z'}`);
  return Number.isNaN(time) ? null : time;
}

function readNumber(value: number, unit: TimestampUnit | null): number | null {
  if (unit === 'rfc3339') return null;
  const ms = Math.trunc(value * MS_PER_UNIT[unit ?? unitBySize(value)]);
  // A date holds ±100 million days around 1970; NaN and infinities fail this too.
  return Math.abs(ms) <= 8.64e15 ? ms : null;
}

function unitBySize(value: number): keyof typeof MS_PER_UNIT {
  const size = Math.abs(value);
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  return size < 1e17 ? 'us' : 'ns';
}
