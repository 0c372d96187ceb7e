import type { Scalar } from '../reading.js';
import { PACKED_BYTES_MAX, packNumbers, SCALES } from './packed-numbers.js';
import {
  BITS_PER_BYTE,
  END_OF_LIST,
  FALSE,
  FLOAT,
  FLOAT_BYTES,
  INFINITE,
  INTEGER_MAX,
  LIST,
  MINUS_INFINITE,
  NARROW_MAX,
  NARROW_TEXT,
  NOT_A_NUMBER,
  NOTHING,
  NUMBERS,
  OPEN_LIST,
  PACKED_NUMBERS,
  TRUE,
  WIDE_TEXT,
} from './state-signs.js';

/** Shorter lists stay as they are. */
const PACKED_MIN = 4;

const CHUNK_SIZE = 1 << 18;
/** A sign and a number. */
const NUMBER_BYTES = 1 + FLOAT_BYTES;

/**
 * Saved state as bytes: numbers, texts, booleans, lists of these and lists of numbers, one after the other, each after
 * a byte that says what it is. NaN, infinities and -0 come back as they were. Lists of numbers have the byte order of
 * the machine, which is that of single ones on all that this runs on.
 *
 * What is saved often says of each value what it is: then nobody has to find out, and no list is made of them.
 */
export class StateBytes {
  /** Full ones. */
  readonly #chunks: Uint8Array[] = [];
  #bytes: Uint8Array;
  #view: DataView;
  #size = 0;
  /** Where in the chunk the present piece begins. */
  #start = 0;
  readonly #chunkSize: number;

  constructor(chunkSize = CHUNK_SIZE) {
    this.#chunkSize = chunkSize;
    this.#bytes = new Uint8Array(chunkSize);
    this.#view = new DataView(this.#bytes.buffer);
  }

  number(value: number): this {
    if (this.#size + NUMBER_BYTES > this.#bytes.length) this.#grow(NUMBER_BYTES);
    const small = value | 0;
    if (small === value && small >= 0 && small <= INTEGER_MAX && (small !== 0 || 1 / value > 0)) {
      this.#bytes[this.#size++] = small;
    } else if (value - value === 0) {
      this.#bytes[this.#size] = FLOAT;
      this.#view.setFloat64(this.#size + 1, value, true);
      this.#size += NUMBER_BYTES;
    } else if (Number.isNaN(value)) this.#bytes[this.#size++] = NOT_A_NUMBER;
    else this.#bytes[this.#size++] = value > 0 ? INFINITE : MINUS_INFINITE;
    return this;
  }

  boolean(value: boolean): this {
    return this.#byte(value ? TRUE : FALSE);
  }

  text(text: string): this {
    const { length } = text;
    this.#reserve(1 + NUMBER_BYTES + 2 * length);
    const start = this.#size;
    this.#byte(NARROW_TEXT).number(length);
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > NARROW_MAX) {
        this.#size = start;
        return this.#wideText(text);
      }
      this.#bytes[this.#size++] = unit;
    }
    return this;
  }

  /** `undefined` comes back as `null`. */
  scalar(value: Scalar | null | undefined): this {
    switch (typeof value) {
      case 'number':
        return this.number(value);
      case 'string':
        return this.text(value);
      case 'boolean':
        return this.boolean(value);
      default:
        return this.#byte(NOTHING);
    }
  }

  /** The first so many of these. */
  numbers(values: Float64Array, count = values.length): this {
    if (count >= PACKED_MIN && this.#packed(values, count)) return this;
    this.#byte(NUMBERS).number(count);
    return this.append(new Uint8Array(values.buffer, values.byteOffset, count * FLOAT_BYTES));
  }

  list(values: readonly unknown[]): this {
    this.#byte(LIST).number(values.length);
    for (let i = 0; i < values.length; i++) this.value(values[i]);
    return this;
  }

  /** A value of any kind there is. */
  value(value: unknown): this {
    if (Array.isArray(value)) return this.list(value);
    if (value instanceof Float64Array) return this.numbers(value);
    if (value === null || value === undefined) return this.#byte(NOTHING);
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
      return this.scalar(value);
    throw new TypeError('state holds numbers, texts, booleans and lists only');
  }

  /** What is written from here to `close` is a list. */
  open(): this {
    return this.#byte(OPEN_LIST);
  }

  close(): this {
    return this.#byte(END_OF_LIST);
  }

  /** Values that were written elsewhere. */
  append(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
    return this;
  }

  /** What is written from here on is a piece. */
  begin(): this {
    this.#start = this.#size;
    return this;
  }

  /** The present piece so far. */
  piece(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#size);
  }

  /** All that was written; it begins anew. */
  take(): Uint8Array {
    const last = this.#bytes.subarray(0, this.#size);
    const all = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, last.length));
    let at = 0;
    for (const chunk of [...this.#chunks, last]) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks.length = 0;
    this.#size = 0;
    this.#start = 0;
    return all;
  }

  /** False: they are not of the kind that packs. */
  #packed(values: Float64Array, count: number): boolean {
    this.#reserve(2 + NUMBER_BYTES + count * PACKED_BYTES_MAX);
    const start = this.#size;
    this.#byte(PACKED_NUMBERS).number(count);
    const signAt = this.#size;
    for (let place = 0; place < SCALES.length; place++) {
      const end = packNumbers(values, count, place, this.#bytes, signAt + 1);
      if (end < 0) continue;
      this.#bytes[signAt] = place;
      this.#size = end;
      return true;
    }
    this.#size = start;
    return false;
  }

  #wideText(text: string): this {
    this.#byte(WIDE_TEXT).number(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.#bytes[this.#size++] = unit;
      this.#bytes[this.#size++] = unit >> BITS_PER_BYTE;
    }
    return this;
  }

  #byte(byte: number): this {
    if (this.#size === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#size++] = byte;
    return this;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes > this.#bytes.length) this.#grow(bytes);
  }

  /** Another chunk, in which the present piece goes on in one. */
  #grow(bytes: number): void {
    const begun = this.#bytes.subarray(this.#start, this.#size);
    this.#chunks.push(this.#bytes.subarray(0, this.#start));
    this.#bytes = new Uint8Array(Math.max(this.#chunkSize, 2 * begun.length + bytes));
    this.#bytes.set(begun);
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = begun.length;
    this.#start = 0;
  }
}
