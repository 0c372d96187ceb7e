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
 *     kind  count  first time  difference of times …  values
 *
 * Numbers in front of the values are varints. Readings stay in the order in which they arrived, so that differences of
 * times can be negative.
 */
const KINDS: readonly SeriesKind[] = ['number', 'boolean', 'text'];
const KIND_NUMBERS: Readonly<Record<SeriesKind, number>> = { number: 0, boolean: 1, text: 2 };
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
  out.reserve(1 + 8 * (1 + times.length));
  out.byte(KIND_NUMBERS[kind]);
  out.varint(times.length);
  let before = 0;
  for (const time of times) {
    out.signed(time - before);
    before = time;
  }
  if (readings.kind === 'text') writeTexts(out, readings.values);
  else if (readings.kind === 'number') writeNumbers(out, readings.values);
  else writeBooleans(readings.values);
  return deflateRawSync(out.copy(), { level: LEVEL });
}

/** @throws {Error} the bytes are not what was written */
export function decodeChunk(bytes: Uint8Array): Readings {
  const input = new ByteReader(inflateRawSync(bytes));
  const kind = KINDS[input.byte()];
  const count = input.varint();
  if (kind === undefined || count > COUNT_MAX) throw new RangeError('these bytes are no chunk');
  const times = new Float64Array(count);
  let time = 0;
  for (let i = 0; i < count; i++) {
    time += input.signed();
    times[i] = time;
  }
  switch (kind) {
    case 'number':
      return { kind, times, values: readNumbers(input, count) };
    case 'boolean':
      return { kind, times, values: readBooleans(input, count) };
    case 'text':
      return { kind, times, values: readTexts(input, count) };
  }
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
