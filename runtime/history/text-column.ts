import type { ByteReader } from '../storage/byte-reader.js';
import type { ByteWriter } from '../storage/byte-writer.js';

/** How the bytes of a text stand: as UTF-8, or for one that has half a surrogate pair as it is in memory. */
const ENCODING = { utf8: 0, utf16: 1 } as const;
const HALF_PAIR = /\p{Surrogate}/u;

/** Texts as places in a list of those that differ: machines say the same few again and again. */
export function writeTexts(out: ByteWriter, values: readonly string[]): void {
  const places = new Map<string, number>();
  for (const value of values) if (!places.has(value)) places.set(value, places.size);
  out.reserve(8);
  out.varint(places.size);
  for (const text of places.keys()) writeText(out, text);
  out.reserve(8 * values.length);
  for (const value of values) out.varint(places.get(value) ?? 0);
}

/** @throws {RangeError} the bytes are not what was written */
export function readTexts(input: ByteReader, count: number): string[] {
  const texts: string[] = [];
  for (let left = input.varint(); left > 0; left--) texts.push(readText(input));
  return Array.from({ length: count }, () => {
    const text = texts[input.varint()];
    if (text === undefined) throw new RangeError('a text is missing');
    return text;
  });
}

function writeText(out: ByteWriter, text: string): void {
  out.reserve(1);
  if (HALF_PAIR.test(text)) {
    out.byte(ENCODING.utf16);
    out.block(Buffer.from(text, 'utf16le'));
  } else {
    out.byte(ENCODING.utf8);
    out.text(text);
  }
}

function readText(input: ByteReader): string {
  const isUtf16 = input.byte() === ENCODING.utf16;
  const block = Buffer.from(input.block());
  return block.toString(isUtf16 ? 'utf16le' : 'utf8');
}
