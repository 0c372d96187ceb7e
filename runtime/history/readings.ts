import { powerOf } from './number-column.js';
import { WHOLE_MAX } from './whole-numbers.js';

/** What the values of a series are. A field that sends another kind is another series. */
export type SeriesKind = 'number' | 'boolean' | 'text';

/**
 * Readings of one series in the order in which they arrived: at each place a time (whole ms) and a value. Booleans are 0
 * and 1.
 *
 * Example: `{ kind: 'number', times: Float64Array [1767225600000, 1767225601000], values: Float64Array [81.5, 81.6] }`
 */
export type Readings =
  | { readonly kind: 'number' | 'boolean'; readonly times: Float64Array; readonly values: Float64Array }
  | { readonly kind: 'text'; readonly times: Float64Array; readonly values: readonly string[] };

/** What is known of many readings without looking at each. Those that are not numbers or booleans have `null`s. */
export interface Summary {
  readonly count: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
  /** Of the earliest and the latest reading; of those with one time the first and the last that arrived. */
  readonly first: number | null;
  readonly last: number | null;
}

/** @throws {RangeError} there are none */
export function summaryOf(readings: Readings): Summary {
  const { times } = readings;
  if (times.length === 0) throw new RangeError('no readings to sum up');
  let first = 0;
  let last = 0;
  for (let i = 1; i < times.length; i++) {
    if (at(times, i) < at(times, first)) first = i;
    if (at(times, i) >= at(times, last)) last = i;
  }
  return summed(readings, { start: 0, end: times.length, first, last }, decimalPowerOf(readings));
}

/**
 * The same of those at the places [start, end) of readings in order of time.
 *
 * @param power `decimalPowerOf` all of them
 */
export function summaryWithin(
  readings: Readings,
  { start, end, power }: { readonly start: number; readonly end: number; readonly power: number | null },
): Summary {
  return summed(readings, { start, end, first: start, last: end - 1 }, power);
}

/** The time between the earliest and the latest; 0: there are none. */
export function spanOf({ times }: Readings): number {
  let [earliest, latest] = [at(times, 0), at(times, 0)];
  for (let i = 1; i < times.length; i++) {
    earliest = Math.min(earliest, at(times, i));
    latest = Math.max(latest, at(times, i));
  }
  return times.length === 0 ? 0 : latest - earliest;
}

/** The power of ten by which all values become whole, so that their sum is that of decimals; `null`: there is none. */
export function decimalPowerOf({ kind, values }: Readings): number | null {
  return kind === 'text' ? null : powerOf(values);
}

interface Places {
  readonly start: number;
  readonly end: number;
  /** Of the earliest and the latest. */
  readonly first: number;
  readonly last: number;
}

/**
 * Sums have the rounding errors added up beside them (Neumaier 1974). The sum of decimals is the decimal that it stands
 * for: exact, and short when it is kept.
 */
function summed(
  { kind, times, values }: Readings,
  { start, end, first, last }: Places,
  power: number | null,
): Summary {
  const count = end - start;
  const [firstTime, lastTime] = [at(times, first), at(times, last)];
  if (kind === 'text') {
    return { count, firstTime, lastTime, min: null, max: null, sum: null, first: null, last: null };
  }
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = at(values, i);
    if (value < min) min = value;
    if (value > max) max = value;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // A sum beyond all numbers has lost everything, which must not become NaN.
  if (Number.isFinite(sum)) sum = asDecimal(sum + lost, power);
  return { count, firstTime, lastTime, min, max, sum, first: at(values, first), last: at(values, last) };
}

function asDecimal(sum: number, power: number | null): number {
  return power === null || Math.abs(sum * power) > WHOLE_MAX ? sum : Math.round(sum * power) / power;
}

/** The same readings by time; those with one time stay in the order in which they arrived. */
export function inTimeOrder(readings: Readings): Readings {
  const { times } = readings;
  let isOrdered = true;
  for (let i = 1; i < times.length && isOrdered; i++) isOrdered = at(times, i) >= at(times, i - 1);
  if (isOrdered) return readings;
  const order = Uint32Array.from(times.keys()).sort((a, b) => at(times, a) - at(times, b) || a - b);
  return chosen(readings, order);
}

/** Those at these places, in this order. */
function chosen(readings: Readings, places: Uint32Array): Readings {
  const times = Float64Array.from(places, (place) => at(readings.times, place));
  if (readings.kind === 'text') {
    return { kind: 'text', times, values: Array.from(places, (place) => readings.values[place] ?? '') };
  }
  return {
    kind: readings.kind,
    times,
    values: Float64Array.from(places, (place) => at(readings.values, place)),
  };
}

/** All of these one after the other; they are of one kind. */
export function joined(kind: SeriesKind, parts: readonly Readings[]): Readings {
  const count = parts.reduce((sum, { times }) => sum + times.length, 0);
  const times = new Float64Array(count);
  const texts: string[] = [];
  const numbers = new Float64Array(kind === 'text' ? 0 : count);
  let start = 0;
  for (const part of parts) {
    times.set(part.times, start);
    if (part.kind === 'text') texts.push(...part.values);
    else numbers.set(part.values, start);
    start += part.times.length;
  }
  return kind === 'text' ? { kind, times, values: texts } : { kind, times, values: numbers };
}

/** Of readings in order of time those in [from, to]. Costs O(log n). */
export function between(readings: Readings, from: number, to: number): Readings {
  const { times } = readings;
  const start = firstAtOrAfter(times, from);
  const end = firstAtOrAfter(times, to + 1);
  if (start === 0 && end === times.length) return readings;
  const part = times.subarray(start, end);
  return readings.kind === 'text'
    ? { kind: 'text', times: part, values: readings.values.slice(start, end) }
    : { kind: readings.kind, times: part, values: readings.values.subarray(start, end) };
}

/** In order of time the place of the first at or after a time. @param from at or after this place */
export function firstAtOrAfter(times: Float64Array, time: number, from = 0): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(times, middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at(numbers: Float64Array, place: number): number {
  return numbers[place] ?? Number.NaN;
}
