import type { Duplex } from 'node:stream';
import { CutOff } from './broker-rejections.js';

/** How long those who publish wait for a subscriber: one that reads needs less, however much there is. */
const PATIENCE_MS = 50;

/** For how long nobody waits for one that needed more. */
const SLOW_MS = 10_000;

/** What is kept for a subscriber that does not read, and for all of them together. */
const BYTES_MAX = { each: 4_000_000, together: 64_000_000 } as const;

/** What a packet takes in memory beside its bytes, as five writes that wait: of small ones that is nearly all. */
const PACKET_BYTES = 500;

/** A subscriber with less than this is not the one who fills the memory. */
const SMALL_BYTES = 64_000;

/** What waits for all subscribers together, in bytes of memory. */
export interface OutletTotal {
  bytes: number;
}

export interface SubscriberOutletOptions {
  readonly total: OutletTotal;
  /** Ms of a clock that never goes back. */
  readonly now: () => number;
  /** Called once, before the connection is destroyed. */
  readonly onStalled: () => void;
}

/**
 * The way out to one subscriber. aedes lets whoever publishes wait until each subscriber has taken the message, and so
 * one that reads slowly, or not at all, would slow all devices down to its own speed. Here they wait for a moment; what
 * it does not take then is kept for it, up to a limit, and beyond that it is cut off.
 */
export class SubscriberOutlet {
  readonly #stream: Duplex;
  readonly #options: SubscriberOutletOptions;
  #waiting: ((error: null) => void)[] = [];
  #patience: NodeJS.Timeout | null = null;
  #slowUntil = Number.NEGATIVE_INFINITY;
  #countedBytes = 0;
  /** How many packets wait, nearly, and their bytes. */
  #packets = 0;
  #length = 0;
  #isListening = false;

  constructor(stream: Duplex, options: SubscriberOutletOptions) {
    this.#stream = stream;
    this.#options = options;
    endWithOneError(stream);
    stream.once('close', () => {
      this.#count(0);
      this.#goOn();
    });
  }

  /** Takes the place of aedes' own: the socket's buffer is full, `done` wants to go on when it is not any more. */
  readonly waitForDrain = (done: (error: null) => void): void => {
    this.#countPacket();
    if (this.#isTooMuch()) {
      this.#cutOff();
      setImmediate(done, null);
      return;
    }
    this.#listen();
    if (this.#options.now() < this.#slowUntil) {
      setImmediate(done, null);
      return;
    }
    this.#waiting.push(done);
    this.#patience ??= setTimeout(() => this.#losePatience(), PATIENCE_MS).unref();
  };

  /** For what can wait for its subscriber alone: a promise while much is on the way to it. */
  whenReady(): Promise<unknown> | undefined {
    const stream = this.#stream;
    // Below its own mark, which is not that of each Node.js, it would not say when it has drained.
    const isOnItsWay = stream.writableNeedDrain && stream.writableLength >= SMALL_BYTES;
    if (stream.destroyed || !isOnItsWay) return undefined;
    return new Promise((resolve) => {
      stream.once('drain', resolve);
      stream.once('close', resolve);
    });
  }

  #isTooMuch(): boolean {
    if (this.#countedBytes > BYTES_MAX.each) return true;
    return this.#options.total.bytes > BYTES_MAX.together && this.#countedBytes > SMALL_BYTES;
  }

  #cutOff(): void {
    if (this.#stream.destroyed) return;
    this.#options.onStalled();
    this.#count(0);
    this.#stream.destroy();
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#stream.once('drain', () => {
      this.#isListening = false;
      this.#packets = 0;
      this.#count(0);
      this.#goOn();
    });
  }

  #losePatience(): void {
    this.#patience = null;
    this.#slowUntil = this.#options.now() + SLOW_MS;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) setImmediate(done, null);
  }

  /** Only the bytes that wait are known: of those that have gone, as many packets as their share of the bytes. */
  #countPacket(): void {
    const length = this.#stream.writableLength;
    if (length < this.#length) this.#packets *= length / this.#length;
    this.#packets += 1;
    this.#length = length;
    this.#count(length + Math.ceil(this.#packets) * PACKET_BYTES);
  }

  #count(bytes: number): void {
    this.#options.total.bytes += bytes - this.#countedBytes;
    this.#countedBytes = bytes;
  }
}

/**
 * Unless a stream is given an error when it is destroyed, Node makes one, with a stack, for each write that was to come
 * still: for 4 MB of small messages that took 2.6 s.
 */
function endWithOneError(stream: Duplex): void {
  const destroy = stream.destroy.bind(stream);
  stream.destroy = (error) =>
    destroy(error ?? (stream.writableLength > 0 ? new CutOff('cut off') : undefined));
}
