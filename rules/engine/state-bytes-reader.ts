import type { Scalar } from '../reading.js';
import { KNOWN_LENGTH_MAX, KnownTexts } from './known-texts.js';
import { unpackNumbers } from './packed-numbers.js';
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
  NARROW_TEXT,
  NOT_A_NUMBER,
  NOTHING,
  NUMBERS,
  OPEN_LIST,
  PACKED_NUMBERS,
  TRUE,
  WIDE_TEXT,
} from './state-signs.js';

const NO_NUMBERS = new Float64Array(0);
const NUMBERS_AT_FIRST = 64;

/** A call has room for so many arguments anywhere. */
const UNITS_MAX = 1_024;

/**
 * Reads what `StateBytes` wrote, value by value. Bytes that nobody wrote so throw, and so does a value of another kind
 * than the one asked for.
 */
export class StateBytesReader {
  #at = 0;
  #newest = new Float64Array(NUMBERS_AT_FIRST);
  readonly #texts = new KnownTexts();
  readonly #view: DataView;

  /** @param memberOf the number that a member of the pool has here; the same by default */
  constructor(
    private readonly bytes: Uint8Array,
    readonly memberOf: (member: number) => number = (member) => member,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Nothing more in the present list, or at all. */
  get isAtEnd(): boolean {
    return this.#at === this.bytes.length || this.bytes[this.#at] === END_OF_LIST;
  }

  number(): number {
    const byte = this.#byte();
    if (byte <= INTEGER_MAX) return byte;
    switch (byte) {
      case FLOAT:
        this.#pass(FLOAT_BYTES);
        return this.#view.getFloat64(this.#at - FLOAT_BYTES, true);
      case INFINITE:
        return Number.POSITIVE_INFINITY;
      case MINUS_INFINITE:
        return Number.NEGATIVE_INFINITY;
      case NOT_A_NUMBER:
        return Number.NaN;
      default:
        throw expected('a number', byte);
    }
  }

  boolean(): boolean {
    const byte = this.#byte();
    if (byte !== TRUE && byte !== FALSE) throw expected('true or false', byte);
    return byte === TRUE;
  }

  text(): string {
    const byte = this.#byte();
    if (byte !== NARROW_TEXT && byte !== WIDE_TEXT) throw expected('a text', byte);
    return this.#text(byte);
  }

  scalar(): Scalar | null {
    const value = this.value();
    if (typeof value === 'object' && value !== null) throw new TypeError('snapshot: a value was expected');
    return value;
  }

  optionalText(): string | undefined {
    const value = this.value();
    if (value !== null && typeof value !== 'string')
      throw new TypeError('snapshot: a text or nothing was expected');
    return value ?? undefined;
  }

  numbers(): Float64Array {
    const byte = this.#byte();
    if (byte !== NUMBERS && byte !== PACKED_NUMBERS) throw expected('a list of numbers', byte);
    return this.#numbersOf(byte);
  }

  /** Reads a list of numbers into `newest`, of which they are the first so many. */
  readNumbers(): number {
    const byte = this.#byte();
    if (byte !== NUMBERS && byte !== PACKED_NUMBERS) throw expected('a list of numbers', byte);
    return this.#readNumbers(byte);
  }

  /** The list read last; good until the next one. */
  get newest(): Float64Array {
    return this.#newest;
  }

  /** Of any values. */
  list(): readonly unknown[] {
    const value = this.value();
    if (!Array.isArray(value)) throw new TypeError('snapshot: a list was expected');
    return value;
  }

  /** What is read from here to `close` is of one list. */
  open(): void {
    const byte = this.#byte();
    if (byte !== OPEN_LIST) throw expected('a list', byte);
  }

  /** The end of the list; what nobody has read of it is passed over. */
  close(): void {
    while (this.bytes[this.#at] !== END_OF_LIST) this.value();
    this.#at++;
  }

  /** Whatever comes. */
  value(): Scalar | null | Float64Array | readonly unknown[] {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw endsTooEarly();
    if (byte <= NOT_A_NUMBER) return this.number();
    this.#at++;
    switch (byte) {
      case FALSE:
      case TRUE:
        return byte === TRUE;
      case NOTHING:
        return null;
      case NARROW_TEXT:
      case WIDE_TEXT:
        return this.#text(byte);
      case NUMBERS:
      case PACKED_NUMBERS:
        return this.#numbersOf(byte);
      case LIST:
        return this.#list(this.#count(1));
      case OPEN_LIST:
        return this.#openList();
      default:
        throw expected('a value', byte);
    }
  }

  /** A count of things of so many bytes at least, of which there cannot be more than there are bytes. */
  #count(size: number): number {
    const count = this.number();
    const isPossible = Number.isInteger(count) && count >= 0;
    if (!isPossible || count * size > this.bytes.length - this.#at) throw endsTooEarly();
    return count;
  }

  #numbersOf(sign: number): Float64Array {
    const count = this.#readNumbers(sign);
    return count === 0 ? NO_NUMBERS : this.#newest.slice(0, count);
  }

  /** Copied: they may begin anywhere. */
  #readNumbers(sign: number): number {
    const isPacked = sign === PACKED_NUMBERS;
    const count = this.#count(isPacked ? 1 : FLOAT_BYTES);
    if (count > this.#newest.length) this.#newest = new Float64Array(2 * count);
    if (isPacked) {
      const scale = this.#byte();
      this.#at = unpackNumbers(this.#newest, count, scale, this.bytes, this.#at);
    } else {
      const start = this.#at;
      this.#pass(count * FLOAT_BYTES);
      new Uint8Array(this.#newest.buffer).set(this.bytes.subarray(start, this.#at));
    }
    return count;
  }

  #list(count: number): unknown[] {
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.value());
    return values;
  }

  #openList(): unknown[] {
    const values: unknown[] = [];
    while (this.bytes[this.#at] !== END_OF_LIST) values.push(this.value());
    this.#at++;
    return values;
  }

  #text(sign: number): string {
    const width = sign === NARROW_TEXT ? 1 : 2;
    const length = this.#count(width);
    if (width === 1 && length <= KNOWN_LENGTH_MAX) {
      const start = this.#at;
      this.#pass(length);
      return this.#texts.textAt(this.bytes, start, length);
    }
    let text = '';
    for (let from = 0; from < length; from += UNITS_MAX)
      text += this.#units(Math.min(UNITS_MAX, length - from), width);
    return text;
  }

  #units(count: number, width: 1 | 2): string {
    const start = this.#at;
    this.#pass(count * width);
    if (width === 1) return String.fromCharCode(...this.bytes.subarray(start, this.#at));
    const units: number[] = [];
    for (let at = start; at < this.#at; at += 2)
      units.push((this.bytes[at] ?? 0) | ((this.bytes[at + 1] ?? 0) << BITS_PER_BYTE));
    return String.fromCharCode(...units);
  }

  #pass(length: number): void {
    if (length > this.bytes.length - this.#at) throw endsTooEarly();
    this.#at += length;
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw endsTooEarly();
    this.#at++;
    return byte;
  }
}

function endsTooEarly(): RangeError {
  return new RangeError('snapshot: ends too early');
}

function expected(what: string, byte: number): TypeError {
  return new TypeError(`snapshot: ${what} was expected, not ${byte}`);
}
