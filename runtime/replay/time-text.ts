/** RFC 3339; the zone may be missing and `T` be a space, as in most CSV files. Everything up to the seconds has its fixed place. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const EPOCH_MS = /^-?\d+(\.\d+)?$/;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** What a JavaScript date can hold: ±100 million days around 1970. */
const TIME_MS_MAX = 8.64e15;
const ZERO = 48;
const SECONDS_END = 19;

/**
 * Reads a time as programs and people write it: RFC 3339 (`2026-01-05T06:00:00Z`, `…+01:00`), the same with a space or
 * without a zone, then taken as UTC (`2026-01-05 06:00:00`), or epoch milliseconds. Fractions of a ms are cut.
 *
 * @returns epoch ms; `null` if it is no time
 */
export function parseTime(text: string): number | null {
  if (!DATE_TIME.test(text)) return EPOCH_MS.test(text) ? wholeMs(Number(text)) : null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // RFC 3339 knows leap seconds: 23:59:60 is the first instant of the next day here. Date.UTC reads years below 100 as 19xx.
  if (year < 100 || hour > 23 || minute > 59 || second > 60 || !isDay(year, month, day)) return null;
  const zoneMs = offsetMs(text);
  if (zoneMs === null) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds(text) - zoneMs;
}

/** The same as somebody types it: a day is its first moment in UTC. */
export function parseTimeOrDay(text: string): number | null {
  return parseTime(DAY.test(text) ? `${text}T00:00:00Z` : text);
}

/** Cuts a number of ms to whole ones. `null` if it is no time that a date can hold. */
export function wholeMs(value: number): number | null {
  return Math.abs(value) <= TIME_MS_MAX ? Math.trunc(value) + 0 : null; // + 0: never −0
}

/** `2026-01-05 06:00:00` in UTC, the way it is printed for people; milliseconds only where there are some. */
export function formatTime(time: number): string {
  const text = new Date(time).toISOString().replace('T', ' ');
  return text.endsWith('.000Z') ? text.slice(0, -5) : text.slice(0, -1);
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}

function isDay(year: number, month: number, day: number): boolean {
  const days = DAYS_IN_MONTH[month - 1];
  if (days === undefined || day < 1 || day > days) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function milliseconds(text: string): number {
  if (text[SECONDS_END] !== '.') return 0;
  let value = 0;
  for (let at = SECONDS_END + 1, unit = 100; unit >= 1; at += 1, unit /= 10) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    value += digit * unit;
  }
  return value;
}

/** The zone at the end of the text; without one, and for `Z`: 0. */
function offsetMs(text: string): number | null {
  const at = text.length - 6;
  const sign = text[at];
  if (at < SECONDS_END || (sign !== '+' && sign !== '-')) return 0;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (hours > 23 || minutes > 59) return null;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
