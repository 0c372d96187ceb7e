import { formatDuration, parseDuration } from '../../rules/format/duration.js';

/** A little: what somebody would type by mistake, or change by hand. */
const SHARE = 0.1;

/** A number a tenth lower and higher, at most three digits of it new: `60` gives `54` and `66`. */
export function shiftedNumber(value: number): [lower: string, higher: string] {
  const step = value === 0 ? 1 : Math.abs(value) * SHARE;
  return [rounded(value - step), rounded(value + step)];
}

/** A whole number a tenth lower and higher, but at least by one. */
export function shiftedWhole(value: number): [lower: string, higher: string] {
  const step = Math.max(1, Math.round(Math.abs(value) * SHARE));
  return [String(value - step), String(value + step)];
}

/** A duration a tenth shorter and longer: `4s` gives `3s600ms` and `4s400ms`. Nothing is left of `0s`. */
export function shiftedDuration(text: string): string[] {
  const ms = parseDuration(text) ?? 0;
  const step = Math.max(1, Math.round(ms * SHARE));
  return ms === 0 ? ['1s'] : [formatDuration(ms - step), formatDuration(ms + step)];
}

/** A time of day half an hour earlier and later, within the day. */
export function shiftedClock(text: string): string[] {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  const at = hours * 60 + minutes;
  return [at - 30, at + 30].filter((minute) => minute >= 0 && minute <= DAY_MINUTES).map(clock);
}

const DAY_MINUTES = 24 * 60;

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** 0.1 + 0.2 is 0.3 here. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** The middle of two values as they are written. */
export function between(a: string, b: string): string {
  const [first, second] = [parseDuration(a), parseDuration(b)];
  if (first !== null && second !== null) return formatDuration(Math.round((first + second) / 2));
  return rounded((Number(a) + Number(b)) / 2);
}
