import type { SqlValue } from './database.js';

/**
 * The rows on one page of a SQLite file, if it is a leaf of a table: read without the tree that leads to it, which may be
 * lost (sqlite.org/fileformat2.html, 1.6 and 2.1). Whether a row is one of ours, and not long deleted, its checksum says.
 */
export interface PageSource {
  readonly pageBytes: number;
  /** From 1 on; `null`: there is none. */
  readonly page: (number: number) => Uint8Array | null;
}

const LEAF = 0x0d;
const HEADER_BYTES = 8;
/** The first page begins with the header of the file. */
const FILE_HEADER_BYTES = 100;
/** No row of ours comes near this. */
const ROW_BYTES_MAX = 16 * 1024 * 1024;
const TEXT = new TextDecoder('utf-8', { fatal: true });

/** Those that cannot be read are left out. @param number from 1 on */
export function leafRows(source: PageSource, number: number): SqlValue[][] {
  const page = source.page(number);
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  if (page === null || page[start] !== LEAF) return [];
  const view = viewOf(page);
  const cells = view.getUint16(start + 3);
  const rows: SqlValue[][] = [];
  for (let cell = 0; cell < cells; cell++) {
    const at = start + HEADER_BYTES + 2 * cell;
    if (at + 2 > page.length) break;
    try {
      rows.push(recordIn(payloadAt(source, page, view.getUint16(at))));
    } catch (error) {
      // What leads beyond the page, or is no text, was written over.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }
  return rows;
}

/** Of a cell: its own part, and what stands on other pages. */
function payloadAt(source: PageSource, page: Uint8Array, at: number): Uint8Array {
  const [size, afterSize] = varintAt(page, at);
  const [, start] = varintAt(page, afterSize);
  if (size > ROW_BYTES_MAX) throw new RangeError('a row is too large');
  const { pageBytes } = source;
  const localMax = pageBytes - 35;
  if (size <= localMax) return part(page, start, size);
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (pageBytes - 4));
  const local = fitting <= localMax ? fitting : least;
  const payload = new Uint8Array(size);
  payload.set(part(page, start, local));
  let next = viewOf(page).getUint32(start + local);
  for (let filled = local; filled < size; ) {
    const more = source.page(next);
    if (more === null) throw new RangeError('the rest of a row is gone');
    const length = Math.min(pageBytes - 4, size - filled);
    payload.set(part(more, 4, length), filled);
    filled += length;
    next = viewOf(more).getUint32(0);
  }
  return payload;
}

function recordIn(payload: Uint8Array): SqlValue[] {
  let [headerEnd, at] = varintAt(payload, 0);
  if (headerEnd > payload.length) throw new RangeError('a row has no end');
  const values: SqlValue[] = [];
  let place = headerEnd;
  while (at < headerEnd) {
    const [type, next] = varintAt(payload, at);
    const length = lengthOf(type);
    values.push(decoded(type, part(payload, place, length)));
    place += length;
    at = next;
  }
  return values;
}

/** By the numbers of types up to 7. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8] as const;

function lengthOf(type: number): number {
  if (type >= 12) return (type - (type % 2 === 0 ? 12 : 13)) / 2;
  return LENGTHS[type] ?? 0;
}

function decoded(type: number, bytes: Uint8Array): SqlValue {
  const view = viewOf(bytes);
  switch (type) {
    case 0:
      return null;
    case 1:
      return view.getInt8(0);
    case 2:
      return view.getInt16(0);
    case 3:
      return view.getInt8(0) * 2 ** 16 + view.getUint16(1);
    case 4:
      return view.getInt32(0);
    case 5:
      return view.getInt16(0) * 2 ** 32 + view.getUint32(2);
    case 6:
      return Number(view.getBigInt64(0));
    case 7:
      return view.getFloat64(0);
    case 8:
      return 0;
    case 9:
      return 1;
    default:
      if (type < 12) throw new RangeError('a value has an unknown type');
      return type % 2 === 0 ? new Uint8Array(bytes) : TEXT.decode(bytes);
  }
}

/** Big-endian, 7 bits a byte, 8 of the ninth. @returns the number, and where it ends */
function varintAt(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new RangeError('a number has no end');
    if (index === 8) return [value * 256 + byte, at + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  return [value, at + 9];
}

function part(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new RangeError('a row leads beyond its page');
  return bytes.subarray(start, start + length);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
