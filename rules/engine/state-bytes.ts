import { PACKED_BYTES_MAX, packNumbers, scaleOf, unpackNumbers } from './packed-numbers.js';
import type { StateWriter } from './state.js';

/**
 * Saved state as bytes: numbers, texts, booleans, lists of these and lists of numbers, one after the other, each after
 * a byte that says what it is. NaN, infinities and -0 come back as they were. Lists of numbers have the byte order of
 * the machine, which is that of single ones on all that this runs on.
 */
const INTEGER_MAX = 0x7f;
const FLOAT = 0x80;
const INFINITE = 0x81;
const MINUS_INFINITE = 0x82;
const NOT_A_NUMBER = 0x83;
const FALSE = 0x84;
const TRUE = 0x85;
const NOTHING = 0x86;
/** Code units below 256, a byte each. */
const NARROW_TEXT = 0x87;
/** Two bytes for each code unit. */
const WIDE_TEXT = 0x88;
const NUMBERS = 0x89;
const LIST = 0x8a;
/** A list of as many as there are before its end. */
const OPEN_LIST = 0x8b;
const END_OF_LIST = 0x8c;
/** A list of numbers that takes less: how many, by which scale. */
const PACKED_NUMBERS = 0x8d;

/** Shorter lists stay as they are. */
const PACKED_MIN = 4;

const CHUNK_SIZE = 1 << 18;
const BITS_PER_BYTE = 8;

/** Writes state as bytes; `undefined` comes back as `null`. */
export class StateBytes implements StateWriter {
  /** Full ones. */
  readonly #chunks: Uint8Array[] = [];
  #bytes: Uint8Array;
  #view: DataView;
  #size = 0;

  constructor(chunkSize = CHUNK_SIZE) {
    this.#bytes = new Uint8Array(chunkSize);
    this.#view = new DataView(this.#bytes.buffer);
  }

  put(...values: unknown[]): void {
    for (let i = 0; i < values.length; i++) this.write(values[i]);
  }

  write(value: unknown): void {
    switch (typeof value) {
      case 'number':
        this.#number(value);
        break;
      case 'string':
        this.#text(value);
        break;
      case 'boolean':
        this.#byte(value ? TRUE : FALSE);
        break;
      default:
        this.#object(value);
    }
  }

  /** What is written from here to `close` is a list. */
  open(): void {
    this.#byte(OPEN_LIST);
  }

  close(): void {
    this.#byte(END_OF_LIST);
  }

  /** Values that were written elsewhere. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
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
    return all;
  }

  #object(value: unknown): void {
    if (Array.isArray(value)) this.#list(value);
    else if (value instanceof Float64Array) this.#numbers(value);
    else if (value === null || value === undefined) this.#byte(NOTHING);
    else throw new TypeError('state holds numbers, texts, booleans and lists only');
  }

  #list(values: readonly unknown[]): void {
    this.#byte(LIST);
    this.#number(values.length);
    for (let i = 0; i < values.length; i++) this.write(values[i]);
  }

  #number(value: number): void {
    if (value >= 0 && value <= INTEGER_MAX && Number.isInteger(value) && !Object.is(value, -0)) {
      this.#byte(value);
    } else if (Number.isFinite(value)) {
      this.#byte(FLOAT);
      this.#reserve(Float64Array.BYTES_PER_ELEMENT);
      this.#view.setFloat64(this.#size, value, true);
      this.#size += Float64Array.BYTES_PER_ELEMENT;
    } else if (Number.isNaN(value)) this.#byte(NOT_A_NUMBER);
    else this.#byte(value > 0 ? INFINITE : MINUS_INFINITE);
  }

  #numbers(values: Float64Array): void {
    const scale = values.length < PACKED_MIN ? -1 : scaleOf(values);
    if (scale >= 0) {
      this.#packed(values, scale);
      return;
    }
    this.#byte(NUMBERS);
    this.#number(values.length);
    this.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  #packed(values: Float64Array, scale: number): void {
    this.#byte(PACKED_NUMBERS);
    this.#number(values.length);
    this.#byte(scale);
    this.#reserve(values.length * PACKED_BYTES_MAX);
    this.#size = packNumbers(values, scale, this.#bytes, this.#size);
  }

  #text(text: string): void {
    let isNarrow = true;
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) isNarrow = false;
    this.#byte(isNarrow ? NARROW_TEXT : WIDE_TEXT);
    this.#number(text.length);
    this.#reserve(2 * text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.#bytes[this.#size++] = unit;
      if (!isNarrow) this.#bytes[this.#size++] = unit >> BITS_PER_BYTE;
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = byte;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#bytes.length) return;
    this.#chunks.push(this.#bytes.subarray(0, this.#size));
    this.#bytes = new Uint8Array(Math.max(this.#bytes.length, bytes));
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = 0;
  }
}

/** Reads what `StateBytes` wrote, value by value. Bytes that nobody wrote so throw. */
export class StateBytesReader {
  #at = 0;
  readonly #view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  read(): unknown {
    const byte = this.#byte();
    if (byte <= INTEGER_MAX) return byte;
    switch (byte) {
      case FLOAT:
        this.#take(Float64Array.BYTES_PER_ELEMENT);
        return this.#view.getFloat64(this.#at - Float64Array.BYTES_PER_ELEMENT, true);
      case INFINITE:
        return Number.POSITIVE_INFINITY;
      case MINUS_INFINITE:
        return Number.NEGATIVE_INFINITY;
      case NOT_A_NUMBER:
        return Number.NaN;
      case FALSE:
      case TRUE:
        return byte === TRUE;
      case NOTHING:
        return null;
      case NARROW_TEXT:
        return this.#text(this.#count(1), 1);
      case WIDE_TEXT:
        return this.#text(this.#count(2), 2);
      case NUMBERS:
        return this.#numbers(this.#count(Float64Array.BYTES_PER_ELEMENT));
      case PACKED_NUMBERS:
        return this.#packed(this.#count(1));
      case LIST:
        return this.#list(this.#count(1));
      case OPEN_LIST:
        return this.#openList();
      default:
        throw new TypeError(`snapshot: ${byte} says nothing`);
    }
  }

  /** A count of things of so many bytes at least, of which there cannot be more than there are bytes. */
  #count(size: number): number {
    const count = this.read();
    const isPossible = typeof count === 'number' && Number.isInteger(count) && count >= 0;
    if (!isPossible || count * size > this.bytes.length - this.#at)
      throw new RangeError('snapshot: ends too early');
    return count;
  }

  /** Copied: they may begin anywhere. (`slice` of a Buffer of Node.js is none.) */
  #numbers(count: number): Float64Array {
    const numbers = new Float64Array(count);
    new Uint8Array(numbers.buffer).set(this.#take(numbers.byteLength));
    return numbers;
  }

  #packed(count: number): Float64Array {
    const numbers = new Float64Array(count);
    const scale = this.#byte();
    this.#at = unpackNumbers(numbers, scale, this.bytes, this.#at);
    return numbers;
  }

  #list(count: number): unknown[] {
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.read());
    return values;
  }

  #openList(): unknown[] {
    const values: unknown[] = [];
    while (this.bytes[this.#at] !== END_OF_LIST) values.push(this.read());
    this.#at++;
    return values;
  }

  #text(length: number, size: 1 | 2): string {
    let text = '';
    for (let i = 0; i < length; i++) {
      const low = this.#byte();
      text += String.fromCharCode(size === 1 ? low : low | (this.#byte() << BITS_PER_BYTE));
    }
    return text;
  }

  #take(length: number): Uint8Array {
    if (length > this.bytes.length - this.#at) throw new RangeError('snapshot: ends too early');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new RangeError('snapshot: ends too early');
    this.#at++;
    return byte;
  }
}
