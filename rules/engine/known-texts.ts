/** Longer texts are made anew each time. */
export const KNOWN_LENGTH_MAX = 256;
const KNOWN_MAX = 4_096;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A text with where it was first found. */
interface Known {
  readonly start: number;
  readonly text: string;
}

/**
 * The texts of a snapshot, of a byte for each code unit. Most come again and again: what windows are called, what machines
 * are. Those are compared byte by byte, which takes a tenth of making them anew, and makes no garbage.
 */
export class KnownTexts {
  /** By hash; of two with one hash the later. */
  readonly #known = new Map<number, Known>();

  textAt(bytes: Uint8Array, start: number, length: number): string {
    if (length === 0) return '';
    let hash = FNV_OFFSET;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[start + i] ?? 0), FNV_PRIME);
    const known = this.#known.get(hash);
    if (known !== undefined && known.text.length === length && isSame(bytes, known.start, start, length))
      return known.text;
    const text = String.fromCharCode(...bytes.subarray(start, start + length));
    if (this.#known.size === KNOWN_MAX) this.#known.clear();
    this.#known.set(hash, { start, text });
    return text;
  }
}

function isSame(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
