import type { ByteReader } from '../storage/byte-reader.js';
import type { ByteWriter } from '../storage/byte-writer.js';
import { readWholeNumbers, WHOLE_MAX, writeWholeNumbers } from './whole-numbers.js';

/**
 * How the numbers of a chunk are kept. Sensors send a few decimals: such numbers become whole ones by a power of ten.
 * Controllers often send what was a 32-bit number. All others keep their 64 bits.
 *
 *     scaled    0  exponent  −0s  whole numbers
 *     single    1  4 planes of bytes
 *     double    2  8 planes of bytes
 *
 * −0 stands among scaled numbers as 0, and its places are listed. A plane has one byte of every number, after each was
 * compared (XOR) with the one before: what stays the same becomes zeros, which deflate well.
 */
const PACKING = { scaled: 0, single: 1, double: 2 } as const;

/** More decimals than this are those of a number that was never a decimal one. */
const EXPONENT_MAX = 9;
const POWERS = Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent);
const VARINT_BYTES_MAX = 8;

export function writeNumbers(out: ByteWriter, values: Float64Array): void {
  const exponent = exponentOf(values);
  if (exponent !== null) writeScaled(out, values, exponent);
  else if (values.every((value) => Object.is(Math.fround(value), value))) {
    writePlanes(out, PACKING.single, new Uint8Array(Float32Array.from(values).buffer), 4);
  } else writePlanes(out, PACKING.double, new Uint8Array(values.slice().buffer), 8);
}

/** @throws {RangeError} the bytes are not what was written */
export function readNumbers(input: ByteReader, count: number): Float64Array {
  const packing = input.byte();
  switch (packing) {
    case PACKING.scaled:
      return readScaled(input, count);
    case PACKING.single:
      return Float64Array.from(new Float32Array(readPlanes(input, count, 4).buffer));
    case PACKING.double:
      return new Float64Array(readPlanes(input, count, 8).buffer);
    default:
      throw new RangeError(`numbers are kept in the unknown way ${packing}`);
  }
}

/** The power of ten by which all become whole; `null`: none does. */
export function powerOf(values: Float64Array): number | null {
  const exponent = exponentOf(values);
  return exponent === null ? null : (POWERS[exponent] ?? 1);
}

/** By which power of ten all become whole; `null`: by none. */
function exponentOf(values: Float64Array): number | null {
  let exponent = 0;
  for (let at = 0; at < values.length; at++) {
    while (!isWhole(values[at] ?? 0, exponent)) {
      exponent += 1;
      if (exponent > EXPONENT_MAX) return null;
    }
  }
  // A large number that was whole can have become too large.
  for (let at = 0; at < values.length; at++) if (!isWhole(values[at] ?? 0, exponent)) return null;
  return exponent;
}

/**
 * Whether the whole number gives back all bits. A quotient of two numbers without error is rounded once, as the decimal
 * was when it was read.
 */
function isWhole(value: number, exponent: number): boolean {
  const power = POWERS[exponent] ?? 1;
  const whole = Math.round(value * power);
  return Math.abs(whole) <= WHOLE_MAX && whole / power === value;
}

function writeScaled(out: ByteWriter, values: Float64Array, exponent: number): void {
  const power = POWERS[exponent] ?? 1;
  const minusZeros = placesOfMinusZero(values);
  out.reserve(2 + VARINT_BYTES_MAX * (1 + minusZeros.length));
  out.byte(PACKING.scaled);
  out.byte(exponent);
  out.varint(minusZeros.length);
  for (const place of minusZeros) out.varint(place);
  const whole = new Float64Array(values.length);
  // Not −0, whose difference to 0 would be one.
  for (let at = 0; at < values.length; at++) whole[at] = Math.round((values[at] ?? 0) * power) + 0;
  writeWholeNumbers(out, whole);
}

function readScaled(input: ByteReader, count: number): Float64Array {
  const power = POWERS[input.byte()];
  if (power === undefined) throw new RangeError('numbers have an unknown exponent');
  const minusZeros: number[] = [];
  for (let left = input.varint(); left > 0; left--) minusZeros.push(input.varint());
  const values = readWholeNumbers(input, count);
  for (let at = 0; at < count; at++) values[at] = (values[at] ?? 0) / power;
  for (const place of minusZeros) values[place] = -0;
  return values;
}

function placesOfMinusZero(values: Float64Array): number[] {
  const places: number[] = [];
  for (let at = 0; at < values.length; at++) if (Object.is(values[at], -0)) places.push(at);
  return places;
}

/** @param width bytes of one number, in the order of this machine: as all that Node.js runs on, the lowest first */
function writePlanes(out: ByteWriter, packing: number, bytes: Uint8Array, width: number): void {
  const count = bytes.length / width;
  out.reserve(1 + bytes.length);
  out.byte(packing);
  for (let plane = 0; plane < width; plane++) {
    let before = 0;
    for (let i = 0; i < count; i++) {
      const byte = bytes[i * width + plane] ?? 0;
      out.byte(byte ^ before);
      before = byte;
    }
  }
}

function readPlanes(input: ByteReader, count: number, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane++) {
    let before = 0;
    for (let i = 0; i < count; i++) {
      before ^= input.byte();
      bytes[i * width + plane] = before;
    }
  }
  return bytes;
}
