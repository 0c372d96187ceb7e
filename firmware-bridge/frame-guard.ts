import type { Duplex } from 'node:stream';

export interface FrameLimits {
  /** How long a new connection may take to send its whole CONNECT. */
  readonly connectMs: number;
  /** Largest CONNECT, in bytes without its fixed header. */
  readonly connectBytes: number;
  /** Largest later packet, in bytes without its fixed header. */
  readonly packetBytes: number;
}

/** Why a connection was cut. The names are published in counters. */
export type FrameViolation =
  | 'connectTimeout'
  | 'notConnect'
  | 'connectTooLarge'
  | 'packetTooLarge'
  | 'badLength';

const CONNECT = 0x10;
/** The remaining length takes one to four bytes of seven bits each. */
const LENGTH_BYTES_MAX = 4;

/**
 * Follows the fixed headers of a stream of MQTT packets, however it is cut into chunks, and says when one breaks the
 * limits: before its body has been gathered anywhere.
 */
export class FrameScanner {
  readonly #limits: FrameLimits;
  /** Packets that came in whole. */
  #packets = 0;
  /** Bytes of the present packet's body still to come. */
  #body = 0;
  /** Bytes of the present fixed header read so far, its first included. */
  #headerBytes = 0;
  #length = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Whether the whole CONNECT has come. */
  get isConnected(): boolean {
    return this.#packets > 0;
  }

  scan(chunk: Uint8Array): FrameViolation | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length - at);
        this.#body -= taken;
        at += taken;
        if (this.#body === 0) this.#packets += 1;
      } else {
        const violation = this.#header(chunk[at] ?? 0);
        if (violation !== null) return violation;
        at += 1;
      }
    }
    return null;
  }

  #header(byte: number): FrameViolation | null {
    this.#headerBytes += 1;
    if (this.#headerBytes === 1) {
      this.#length = 0;
      return this.#packets === 0 && byte !== CONNECT ? 'notConnect' : null;
    }
    const lengthBytes = this.#headerBytes - 1;
    this.#length += (byte & 0x7f) * 2 ** (7 * (lengthBytes - 1));
    if ((byte & 0x80) === 0) return this.#begin();
    return lengthBytes === LENGTH_BYTES_MAX ? 'badLength' : null;
  }

  /** The fixed header is complete. */
  #begin(): FrameViolation | null {
    const isConnect = this.#packets === 0;
    if (isConnect && this.#length > this.#limits.connectBytes) return 'connectTooLarge';
    if (!isConnect && this.#length > this.#limits.packetBytes) return 'packetTooLarge';
    this.#headerBytes = 0;
    this.#body = this.#length;
    if (this.#body === 0) this.#packets += 1;
    return null;
  }
}

/**
 * Puts a scanner before whoever reads this stream with `read()`, as aedes does, and cuts the connection at the first
 * violation. It wraps `read` because a stream in between would copy and schedule every chunk once more.
 *
 * @param onViolation called once, before the connection is destroyed
 */
export function guardFrames(
  stream: Duplex,
  limits: FrameLimits,
  onViolation: (violation: FrameViolation) => void,
): void {
  const scanner = new FrameScanner(limits);
  const read = stream.read.bind(stream);
  let isCut = false;
  const cut = (violation: FrameViolation) => {
    clearTimeout(connectTimer);
    if (isCut || stream.destroyed) return;
    isCut = true;
    onViolation(violation);
    stream.destroy();
  };
  const connectTimer = setTimeout(() => cut('connectTimeout'), limits.connectMs);
  stream.once('close', () => clearTimeout(connectTimer));
  let isWaiting = true;
  stream.read = (size?: number) => {
    if (isCut) return null;
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const violation = scanner.scan(chunk);
    if (isWaiting && scanner.isConnected) {
      isWaiting = false;
      clearTimeout(connectTimer);
    }
    if (violation === null) return chunk;
    cut(violation);
    return null;
  };
}
