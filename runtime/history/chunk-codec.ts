import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader } from '../storage/byte-reader.js';
import { ByteWriter } from '../storage/byte-writer.js';
import { readNumbers, writeNumbers } from './number-column.js';
import type { Readings, SeriesKind } from './readings.js';
import { readTexts, writeTexts } from './text-column.js';

/**
 * How the readings of a chunk stand in its bytes, which are then deflated (level 1: 6 takes 3 times as long and saves 3
 * percent):
 *
 *     kind + 3  count  step  first time  (difference of times − step) …  values
 *
 * Numbers in front of the values are varints. The step is the time from one reading to the next, as it mostly is: what is
 * left is a byte for each, and small (1.3 bytes a reading became 0.9). Readings stay in the order in which they arrived, so
 * that differences of times can be negative. Earlier versions wrote the kind as it is, and no step.
 */
const KINDS: readonly SeriesKind[] = ['number', 'boolean', 'text'];
const KIND_NUMBERS: Readonly<Record<SeriesKind, number>> = { number: 0, boolean: 1, text: 2 };
const WITH_STEP = KINDS.length;
const LEVEL = 1;
/** A buffer that had to grow beyond this for one chunk is given back. */
const KEEP_BYTES = 64 * 1024;
/** No chunk comes near this: bytes that claim more are not ours. */
const COUNT_MAX = 2 ** 24;

const out = new ByteWriter();

/** Costs about 50 ns a reading. Times are whole ms within ±2^50. */
export function encodeChunk(readings: Readings): Uint8Array {
  const { kind, times } = readings;
  out.clear(KEEP_BYTES);
  out.reserve(1 + 8 * (2 + times.length));
  out.byte(WITH_STEP + KIND_NUMBERS[kind]);
  out.varint(times.length);
  writeTimes(times);
  if (readings.kind === 'text') writeTexts(out, readings.values);
  else if (readings.kind === 'number') writeNumbers(out, readings.values);
  else writeBooleans(readings.values);
  return deflateRawSync(out.copy(), { level: LEVEL });
}

/** @throws {Error} the bytes are not what was written */
export function decodeChunk(bytes: Uint8Array): Readings {
  const input = new ByteReader(inflateRawSync(bytes));
  const format = input.byte();
  const kind = KINDS[format % WITH_STEP];
  const count = input.varint();
  if (kind === undefined || format >= 2 * WITH_STEP || count > COUNT_MAX) {
    throw new RangeError('these bytes are no chunk');
  }
  const times = readTimes(input, { count, step: format >= WITH_STEP ? input.signed() : 0 });
  switch (kind) {
    case 'number':
      return { kind, times, values: readNumbers(input, count) };
    case 'boolean':
      return { kind, times, values: readBooleans(input, count) };
    case 'text':
      return { kind, times, values: readTexts(input, count) };
  }
}

function writeTimes(times: Float64Array): void {
  const step = stepOf(times);
  out.signed(step);
  let before = -step;
  for (const time of times) {
    out.signed(time - before - step);
    before = time;
  }
}

function readTimes(
  input: ByteReader,
  { count, step }: { readonly count: number; readonly step: number },
): Float64Array {
  const times = new Float64Array(count);
  let time = -step;
  for (let i = 0; i < count; i++) {
    time += step + input.signed();
    times[i] = time;
  }
  return times;
}

/** Slower series have no step: what they would save is nothing beside the rest. */
const STEP_MS_MAX = 24 * 3_600_000;

/** The median of the differences. */
function stepOf(times: Float64Array): number {
  if (times.length < 3) return 0;
  const differences = new Float64Array(times.length - 1);
  for (let i = 0; i < differences.length; i++) differences[i] = (times[i + 1] ?? 0) - (times[i] ?? 0);
  const median = differences.sort()[differences.length >> 1] ?? 0;
  return Math.abs(median) <= STEP_MS_MAX ? median : 0;
}

/** 8 to a byte. */
function writeBooleans(values: Float64Array): void {
  out.reserve(Math.ceil(values.length / 8));
  for (let start = 0; start < values.length; start += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (values[start + bit] === 1) byte |= 1 << bit;
    out.byte(byte);
  }
}

function readBooleans(input: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  let byte = 0;
  for (let i = 0; i < count; i++) {
    if (i % 8 === 0) byte = input.byte();
    values[i] = (byte >> (i % 8)) & 1;
  }
  return values;
}
