export interface FrameLimits {
  /** How long a new connection may take to send its whole CONNECT. */
  readonly connectMs: number;
  /** Largest CONNECT, in bytes without its fixed header. */
  readonly connectBytes: number;
  /** Largest PUBLISH, and largest packet of another kind. */
  readonly publishBytes: number;
  readonly otherBytes: number;
}

/** What a packet may not be. The names are published in counters. */
export type FrameViolation = 'notConnect' | 'connectTooLarge' | 'packetTooLarge' | 'badLength';

const CONNECT = 0x10;
const PUBLISH = 3;
/** The remaining length takes one to four bytes of seven bits each. */
const LENGTH_BYTES_MAX = 4;

/**
 * Follows the fixed headers of a stream of MQTT packets, however it is cut into chunks, and finds the first that breaks
 * the limits: before its body has been gathered anywhere.
 */
export class FrameScanner {
  readonly #limits: () => FrameLimits;
  #isConnected = false;
  #isPublish = false;
  /** Bytes of the present packet's body still to come. */
  #body = 0;
  /** Bytes of the present fixed header read so far, its first included. */
  #headerBytes = 0;
  #length = 0;
  /** What the last `scan` found; nothing can be scanned after it. */
  violation: FrameViolation | null = null;
  /** Packets whose last byte the last `scan` passed. */
  packets = 0;
  /** PUBLISH packets among them, and the bytes of their bodies. */
  publishes = 0;
  publishBytes = 0;

  constructor(limits: () => FrameLimits) {
    this.#limits = limits;
  }

  /** Whether the whole CONNECT has come. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether a packet has begun and its end has not come yet. */
  get isInside(): boolean {
    return this.#body > 0 || this.#headerBytes > 0;
  }

  /**
   * Passes over packets until `packetsMax` have ended or the chunk is over. Packets before one that breaks the limits
   * are passed first: the violation shows in the next scan, which begins with it.
   *
   * @returns how many bytes of the chunk were passed; what is left is to be scanned again
   */
  scan(chunk: Uint8Array, packetsMax: number): number {
    let at = 0;
    let lastEnd = 0;
    this.packets = 0;
    this.publishes = 0;
    this.publishBytes = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length - at);
        this.#body -= taken;
        at += taken;
      } else {
        const violation = this.#header(chunk[at] ?? 0);
        if (violation !== null) return this.#stopAt(lastEnd, violation);
        at += 1;
      }
      if (this.isInside) continue;
      this.#isConnected = true;
      if (this.#isPublish) {
        this.publishes += 1;
        this.publishBytes += this.#length;
      }
      lastEnd = at;
      this.packets += 1;
      if (this.packets === packetsMax) break;
    }
    return at;
  }

  #header(byte: number): FrameViolation | null {
    this.#headerBytes += 1;
    if (this.#headerBytes === 1) {
      this.#length = 0;
      this.#isPublish = byte >> 4 === PUBLISH;
      return !this.#isConnected && byte !== CONNECT ? 'notConnect' : null;
    }
    const lengthBytes = this.#headerBytes - 1;
    this.#length += (byte & 0x7f) * 2 ** (7 * (lengthBytes - 1));
    if ((byte & 0x80) === 0) return this.#begin();
    return lengthBytes === LENGTH_BYTES_MAX ? 'badLength' : null;
  }

  /** The fixed header is complete. */
  #begin(): FrameViolation | null {
    const { connectBytes, publishBytes, otherBytes } = this.#limits();
    if (!this.#isConnected) {
      if (this.#length > connectBytes) return 'connectTooLarge';
    } else if (this.#length > (this.#isPublish ? publishBytes : otherBytes)) return 'packetTooLarge';
    this.#headerBytes = 0;
    this.#body = this.#length;
    return null;
  }

  /** Back to the beginning of the packet that breaks the limits, if others of this chunk come before it. */
  #stopAt(lastEnd: number, violation: FrameViolation): number {
    if (lastEnd === 0) this.violation = violation;
    else this.#headerBytes = 0;
    return lastEnd;
  }
}
