import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader } from '../storage/byte-reader.js';
import { ByteWriter } from '../storage/byte-writer.js';
import { MINUTE_MS, type MinuteSummaries } from './minute-summaries.js';
import { readNumbers, writeNumbers } from './number-column.js';
import type { Summary } from './readings.js';

/**
 * How the minutes of an hour stand in their bytes, which are then deflated: how many, then column by column the minute of
 * the hour, the count, the ms of the first and last reading since the minute began, and, if there are numbers, their
 * min, max, sum, first and last. Of minutes, counts and ms the difference to the one before: a steady sensor has the same
 * again and again. Earlier versions wrote them as they are; how many there are is 64 more since.
 */
const COLUMNS = ['min', 'max', 'sum', 'first', 'last'] as const;
const LEVEL = 1;
const MINUTES_MAX = 60;
const KEEP_BYTES = 64 * 1024;
const DIFFERENCES = 64;

const out = new ByteWriter();

/** @param minutes of one hour, all with numbers or all without */
export function encodeMinutes(minutes: MinuteSummaries): Uint8Array {
  const entries = [...minutes].sort(([a], [b]) => a - b);
  out.clear(KEEP_BYTES);
  out.reserve(2 + entries.length * 32);
  out.varint(DIFFERENCES + entries.length);
  writeDifferences(entries.map(([minute]) => minute % MINUTES_MAX));
  writeDifferences(entries.map(([, { count }]) => count));
  writeDifferences(entries.map(([minute, { firstTime }]) => firstTime - minute * MINUTE_MS));
  writeDifferences(entries.map(([minute, { lastTime }]) => lastTime - minute * MINUTE_MS));
  const hasNumbers = entries.every(([, { min }]) => min !== null);
  out.byte(hasNumbers ? 1 : 0);
  if (hasNumbers) {
    for (const name of COLUMNS)
      writeNumbers(
        out,
        Float64Array.from(entries, ([, summary]) => summary[name] ?? 0),
      );
  }
  return deflateRawSync(out.copy(), { level: LEVEL });
}

/**
 * @param hour its number since the epoch
 * @throws {Error} the bytes are not what was written
 */
export function decodeMinutes(bytes: Uint8Array, hour: number): MinuteSummaries {
  const input = new ByteReader(inflateRawSync(bytes));
  const format = input.varint();
  const count = format % DIFFERENCES;
  if (count > MINUTES_MAX || format >= 2 * DIFFERENCES) {
    throw new RangeError('these bytes are no minutes of an hour');
  }
  const read = () =>
    format >= DIFFERENCES
      ? readDifferences(input, count)
      : Array.from({ length: count }, () => input.varint());
  const [places, counts, firsts, lasts] = [read(), read(), read(), read()];
  const hasNumbers = input.byte() === 1;
  const columns = COLUMNS.map(() => (hasNumbers ? readNumbers(input, count) : null));
  const minutes: MinuteSummaries = new Map();
  for (const [index, place] of places.entries()) {
    const minute = hour * MINUTES_MAX + place;
    const [min, max, sum, first, last] = columns.map((column) => column?.[index] ?? null);
    const summary: Omit<Summary, (typeof COLUMNS)[number]> = {
      count: counts[index] ?? 0,
      firstTime: minute * MINUTE_MS + (firsts[index] ?? 0),
      lastTime: minute * MINUTE_MS + (lasts[index] ?? 0),
    };
    minutes.set(minute, {
      ...summary,
      min: min ?? null,
      max: max ?? null,
      sum: sum ?? null,
      first: first ?? null,
      last: last ?? null,
    });
  }
  return minutes;
}

function writeDifferences(numbers: readonly number[]): void {
  let before = 0;
  for (const number of numbers) {
    out.signed(number - before);
    before = number;
  }
}

function readDifferences(input: ByteReader, count: number): number[] {
  let number = 0;
  return Array.from({ length: count }, () => {
    number += input.signed();
    return number;
  });
}
