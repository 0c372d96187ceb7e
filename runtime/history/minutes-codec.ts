import { ByteReader } from '../storage/byte-reader.js';
import { ByteWriter } from '../storage/byte-writer.js';
import { MINUTE_MS, type MinuteSummaries } from './minute-summaries.js';
import { powerOf, readNumbers, writeNumbers } from './number-column.js';
import { packed, unpacked } from './packed-bytes.js';
import type { Summary } from './readings.js';
import { readWholeNumbers, WHOLE_MAX, writeWholeNumbers } from './whole-numbers.js';

/**
 * How the minutes of an hour stand in their bytes, which are then packed: how many, then as columns of whole numbers the minute of the hour, the
 * count, the ms of the first and last reading since the minute began, and, if there are numbers, their min, max, sum,
 * first and last. Decimals are whole numbers by a power of ten, and each says how far it is from what the others lead one
 * to expect: half as long as columns of them as they are.
 */
const FORMS = { none: 0, apart: 1, together: 2 } as const;
const COLUMNS = ['min', 'max', 'sum', 'first', 'last'] as const;
const MINUTES_AN_HOUR = 60;
const KEEP_BYTES = 64 * 1024;

type Numbers = Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;

const out = new ByteWriter();

/** @param minutes of one hour, all with numbers or all without */
export function encodeMinutes(minutes: MinuteSummaries): Uint8Array {
  const entries = [...minutes].sort(([a], [b]) => a - b);
  out.clear(KEEP_BYTES);
  out.reserve(1);
  out.byte(entries.length);
  const counts = column(entries, ([, { count }]) => count);
  writeWholeNumbers(
    out,
    column(entries, ([minute]) => minute % MINUTES_AN_HOUR),
  );
  writeWholeNumbers(out, counts);
  writeWholeNumbers(
    out,
    column(entries, ([minute, { firstTime }]) => firstTime - minute * MINUTE_MS),
  );
  writeWholeNumbers(
    out,
    column(entries, ([minute, { lastTime }]) => lastTime - minute * MINUTE_MS),
  );
  if (entries.every(([, { min }]) => min !== null)) {
    const of = (name: (typeof COLUMNS)[number]) => column(entries, ([, summary]) => summary[name] ?? 0);
    const numbers = { min: of('min'), max: of('max'), sum: of('sum'), first: of('first'), last: of('last') };
    writeSummaries(counts, numbers);
  } else {
    out.reserve(1);
    out.byte(FORMS.none);
  }
  return packed(out.copy());
}

/**
 * @param hour its number since the epoch
 * @throws {Error} the bytes are not what was written
 */
export function decodeMinutes(bytes: Uint8Array, hour: number): MinuteSummaries {
  const input = new ByteReader(unpacked(bytes));
  const count = input.byte();
  if (count > MINUTES_AN_HOUR) throw new RangeError('these bytes are no minutes of an hour');
  const [places, counts] = [readWholeNumbers(input, count), readWholeNumbers(input, count)];
  const [firsts, lasts] = [readWholeNumbers(input, count), readWholeNumbers(input, count)];
  const numbers = readSummaries(input, counts);
  const minutes: MinuteSummaries = new Map();
  for (let at = 0; at < count; at++) {
    const minute = hour * MINUTES_AN_HOUR + (places[at] ?? 0);
    const summary: Summary = {
      count: counts[at] ?? 0,
      firstTime: minute * MINUTE_MS + (firsts[at] ?? 0),
      lastTime: minute * MINUTE_MS + (lasts[at] ?? 0),
      min: numbers?.min[at] ?? null,
      max: numbers?.max[at] ?? null,
      sum: numbers?.sum[at] ?? null,
      first: numbers?.first[at] ?? null,
      last: numbers?.last[at] ?? null,
    };
    minutes.set(minute, summary);
  }
  return minutes;
}

function column<T>(entries: readonly T[], of: (entry: T) => number): Float64Array {
  const numbers = new Float64Array(entries.length);
  for (const [at, entry] of entries.entries()) numbers[at] = of(entry);
  return numbers;
}

function writeSummaries(counts: Float64Array, numbers: Numbers): void {
  const power = commonPower(counts, numbers);
  out.reserve(9);
  if (power === null) {
    out.byte(FORMS.apart);
    for (const name of COLUMNS) writeNumbers(out, numbers[name]);
    return;
  }
  out.byte(FORMS.together);
  out.varint(power);
  const { first, last, low, high, sum } = offsOf(counts, numbers, power);
  for (const offs of [first, last, low, high, sum]) writeWholeNumbers(out, offs);
}

function readSummaries(input: ByteReader, counts: Float64Array): Numbers | null {
  const count = counts.length;
  switch (input.byte()) {
    case FORMS.none:
      return null;
    case FORMS.apart: {
      const read = () => readNumbers(input, count);
      return { min: read(), max: read(), sum: read(), first: read(), last: read() };
    }
    case FORMS.together: {
      const power = input.varint();
      const read = () => readWholeNumbers(input, count);
      const offs = { first: read(), last: read(), low: read(), high: read(), sum: read() };
      return numbersOf(counts, offs, power);
    }
    default:
      throw new RangeError('minutes are kept in an unknown way');
  }
}

/** By which all of them become whole, and what they lead one to expect too; `null`: they stand apart. */
function commonPower(counts: Float64Array, { min, max, sum, first, last }: Numbers): number | null {
  const all = new Float64Array(5 * counts.length);
  for (const [at, numbers] of [min, max, sum, first, last].entries()) all.set(numbers, at * counts.length);
  const power = powerOf(all);
  if (power === null) return null;
  for (let at = 0; at < all.length; at++) {
    const number = all[at] ?? 0;
    // What is expected of a sum is made of four numbers, as often as there are readings.
    const times = 4 * (counts[at % counts.length] ?? 0);
    if (Object.is(number, -0) || Math.abs(number * power) * times > WHOLE_MAX) return null;
  }
  return power;
}

/** How far numbers are from what is expected of them. */
interface Offs {
  /** From the last of the minute before. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** Of the smallest below, and the largest above, both first and last. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly sum: Float64Array;
}

function offsOf(counts: Float64Array, numbers: Numbers, power: number): Offs {
  const offs = emptyOffs(counts.length);
  let before = 0;
  for (let at = 0; at < counts.length; at++) {
    const scaled = (name: keyof Numbers) => Math.round((numbers[name][at] ?? 0) * power);
    const [min, max, sum] = [scaled('min'), scaled('max'), scaled('sum')];
    const [first, last] = [scaled('first'), scaled('last')];
    offs.first[at] = first - before;
    offs.last[at] = last - first;
    offs.low[at] = Math.min(first, last) - min;
    offs.high[at] = max - Math.max(first, last);
    offs.sum[at] = sum - expectedSum(counts[at] ?? 0, first + last + min + max);
    before = last;
  }
  return offs;
}

function numbersOf(counts: Float64Array, offs: Offs, power: number): Numbers {
  const length = counts.length;
  const [min, max, sum] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const [firsts, lasts] = [new Float64Array(length), new Float64Array(length)];
  let before = 0;
  for (let at = 0; at < length; at++) {
    const first = before + (offs.first[at] ?? 0);
    const last = first + (offs.last[at] ?? 0);
    const low = Math.min(first, last) - (offs.low[at] ?? 0);
    const high = Math.max(first, last) + (offs.high[at] ?? 0);
    const total = expectedSum(counts[at] ?? 0, first + last + low + high) + (offs.sum[at] ?? 0);
    min[at] = low / power;
    max[at] = high / power;
    sum[at] = total / power;
    firsts[at] = first / power;
    lasts[at] = last / power;
    before = last;
  }
  return { min, max, sum, first: firsts, last: lasts };
}

/** Exact where there are one or two readings. */
function expectedSum(count: number, fourNumbers: number): number {
  return Math.round((count * fourNumbers) / 4);
}

function emptyOffs(length: number): Offs {
  const empty = () => new Float64Array(length);
  return { first: empty(), last: empty(), low: empty(), high: empty(), sum: empty() };
}
