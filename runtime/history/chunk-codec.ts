import { ByteReader } from '../storage/byte-reader.js';
import { ByteWriter } from '../storage/byte-writer.js';
import { readNumbers, writeNumbers } from './number-column.js';
import { packed, unpacked } from './packed-bytes.js';
import type { Readings, SeriesKind } from './readings.js';
import { readTexts, writeTexts } from './text-column.js';
import { readWholeNumbers, writeWholeNumbers } from './whole-numbers.js';

/**
 * How the readings of a chunk stand in its bytes, which are then packed:
 *
 *     kind  count  times  values
 *
 * The count is a varint. Readings stay in the order in which they arrived.
 */
const KINDS: readonly SeriesKind[] = ['number', 'boolean', 'text'];
/** A buffer that had to grow beyond this for one chunk is given back. */
const KEEP_BYTES = 64 * 1024;
/** No chunk comes near this: bytes that claim more are not ours. */
const COUNT_MAX = 2 ** 24;

const out = new ByteWriter();

/** Costs some 200 ns a reading, to read it again 50. Times are whole ms within ±2^50. */
export function encodeChunk(readings: Readings): Uint8Array {
  const { kind, times } = readings;
  out.clear(KEEP_BYTES);
  out.reserve(9);
  out.byte(KINDS.indexOf(kind));
  out.varint(times.length);
  writeWholeNumbers(out, times);
  if (readings.kind === 'text') writeTexts(out, readings.values);
  else if (readings.kind === 'number') writeNumbers(out, readings.values);
  else writeBooleans(readings.values);
  return packed(out.copy());
}

/** @throws {Error} the bytes are not what was written */
export function decodeChunk(bytes: Uint8Array): Readings {
  const input = new ByteReader(unpacked(bytes));
  const kind = KINDS[input.byte()];
  const count = input.varint();
  if (kind === undefined || count > COUNT_MAX) throw new RangeError('these bytes are no chunk');
  const times = readWholeNumbers(input, count);
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
