const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads what a `ByteWriter` wrote. Throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the bytes end too early');
    return byte;
  }

  uint16(): number {
    return this.byte() | (this.byte() << 8);
  }

  uint32(): number {
    return (this.uint16() | (this.uint16() << 16)) >>> 0;
  }

  varint(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    let shift = 7;
    for (; byte >= 0x80 && shift < 28; shift += 7) {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
    }
    for (let scale = 2 ** 28; byte >= 0x80; scale *= 128) {
      if (scale > Number.MAX_SAFE_INTEGER) throw new RangeError('a number is too long');
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    return decoder.decode(this.block());
  }

  /** A view into the bytes. */
  block(): Uint8Array {
    const length = this.varint();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('the bytes end too early');
    return this.#bytes.subarray(start, this.#at);
  }
}
