const BYTES_FIRST = 4_096;
const encoder = new TextEncoder();

/** Bytes written one after the other into a buffer that grows and is used again. */
export class ByteWriter {
  #bytes = new Uint8Array(BYTES_FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Forgets what was written, and the memory too if that is more than `keepBytes`. */
  clear(keepBytes: number): void {
    this.#length = 0;
    if (this.#bytes.length > keepBytes) this.#bytes = new Uint8Array(BYTES_FIRST);
  }

  /** Makes room. The methods below that take a number do not do so themselves: a varint has at most 8 bytes. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  uint16(value: number): void {
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = value >>> 8;
  }

  uint32(value: number): void {
    this.uint16(value);
    this.uint16(value >>> 16);
  }

  /** A whole number from 0 to 2^53 − 1 in groups of 7 bits, the lowest first. */
  varint(value: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** A whole number between ±2^52: those near 0 are short. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Its length, then UTF-8. */
  text(text: string): void {
    this.block(encoder.encode(text));
  }

  /** Its length, then the bytes. */
  block(block: Uint8Array): void {
    const { length } = block;
    this.reserve(length + 8);
    this.varint(length);
    // Up to here the loop is quicker than setting up a copy.
    if (length > 48) this.#bytes.set(block, this.#length);
    else {
      const bytes = this.#bytes;
      const start = this.#length;
      for (let i = 0; i < length; i++) bytes[start + i] = block[i] ?? 0;
    }
    this.#length += length;
  }
}
