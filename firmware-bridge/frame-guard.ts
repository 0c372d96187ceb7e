import type { Duplex } from 'node:stream';
import type { DirectPublishes } from './direct-publishes.js';
import { type FrameLimits, FrameScanner, type FrameViolation } from './frame-scanner.js';
import { MessageRate } from './message-rate.js';
import type { WhenReady } from './received-message.js';

/** Why a connection was cut. The names are published in counters. */
export type GuardViolation = FrameViolation | 'connectTimeout' | 'packetTimeout' | 'tooManyConnecting';

export interface GuardLimits extends FrameLimits {
  /** Messages a second, on average; `null`: as many as it likes. */
  readonly rate: number | null;
}

export interface FrameGuardOptions {
  /** As they are now: they may change while connections are open. */
  readonly limits: () => GuardLimits;
  readonly whenReady?: WhenReady | undefined;
  /** Ms of a clock that never goes back. */
  readonly now: () => number;
  /** The whole CONNECT has come. */
  readonly onConnect?: () => void;
  /** Called once, before the connection is destroyed. */
  readonly onViolation: (violation: GuardViolation) => void;
  /** The rate holds it back for the first time. */
  readonly onThrottled?: () => void;
}

/**
 * What the broker may be busy with of one client. Behind it TCP holds the client back. Many small packets, because their
 * acknowledgements go out together: with 64 instead of 256 a message with QoS 1 costs the double.
 */
const IN_FLIGHT_MAX = { packets: 256, bytes: 256_000 } as const;

/**
 * What is handed on of one client before others get their turn: Node reads a socket on and on, up to 2 MB in one go, as
 * long as nobody stops it. Of 200,000 messages in a stream some held the loop for 370 ms of CPU time in one go, and hold it
 * for 60 ms now, at the same cost.
 */
const TURN_PACKETS_MAX = 256;
/** Messages that begin instances of many rules take a millisecond each. */
const TURN_MS = 5;
/** Taken directly between two looks at the clock. */
const PACKETS_AT_A_TIME = 8;

/** How long a packet may be under way: 256 KB in that time is the speed of a modem. */
const PACKET_MS = 60_000;

/**
 * Stands between a socket and aedes, which reads with `read()`: cuts the connection at the first packet that breaks the
 * limits, and hands on only as much as may be under way. It wraps `read`, because a stream in between would copy and
 * schedule every chunk once more.
 *
 * After CONNECT nothing is handed on until `open`: aedes would let what comes early be overtaken by what comes later.
 *
 * From then on messages that can do without aedes are taken past it, as long as it is busy with nothing of this client:
 * so the intake sees all in the order in which they came, and so are they acknowledged.
 */
export class FrameGuard {
  readonly #stream: Duplex;
  readonly #options: FrameGuardOptions;
  readonly #scanner: FrameScanner;
  readonly #rate: MessageRate;
  readonly #read: (size?: number) => unknown;
  /** `null`: not open yet. */
  #direct: DirectPublishes | null = null;
  /** The beginning of a packet that is to be taken directly. */
  #partial: Buffer | null = null;
  /** What was put back, and comes first again. */
  #putBackBytes = 0;
  #isCut = false;
  /** aedes is busy with a part of a chunk and must not be given the next part in the midst of it. */
  #isHandingOn = false;
  #isHeld = false;
  /** There may be more to read, but not yet. */
  #isWaiting = false;
  /** Handed on since others had their turn, and when that began. */
  #packetsOfTurn = 0;
  #turnBegan = 0;
  #packetsInFlight = 0;
  #bytesInFlight = 0;
  #deadline: NodeJS.Timeout | null;

  constructor(stream: Duplex, options: FrameGuardOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#scanner = new FrameScanner(options.limits);
    this.#rate = new MessageRate(options.now);
    this.#read = stream.read.bind(stream);
    this.#deadline = setTimeout(() => this.cut('connectTimeout'), options.limits().connectMs);
    stream.once('close', () => {
      this.#clearDeadline();
      this.#direct?.clear();
    });
    stream.read = (size?: number) => (size === 0 ? this.#read(0) : this.#next());
  }

  /** The client is connected: what it sent after CONNECT may follow. */
  open(direct: DirectPublishes): void {
    this.#direct = direct;
    this.wake();
  }

  /** Settles when what was taken past aedes is stored, or not; `undefined`: nothing of it is waited for. */
  get directlyStored(): Promise<void> | undefined {
    return this.#direct?.stored;
  }

  /** The broker is done with a PUBLISH of about so many bytes. */
  finished(bytes: number): void {
    if (this.#packetsInFlight > 0) this.#packetsInFlight -= 1;
    this.#bytesInFlight = this.#packetsInFlight === 0 ? 0 : this.#bytesInFlight - bytes;
  }

  /** Makes aedes read, if it is not busy: it reads again by itself when it is done with what it has. */
  wake(): void {
    if (!this.#stream.destroyed) this.#stream.emit('readable');
  }

  cut(violation: GuardViolation): void {
    this.#clearDeadline();
    if (this.#isCut || this.#stream.destroyed) return;
    this.#isCut = true;
    this.#options.onViolation(violation);
    this.#stream.destroy();
  }

  /** Messages that were taken directly are acknowledged: there is room for others. */
  acknowledged(): void {
    if (this.#isWaiting) this.wake();
  }

  /** What aedes reads: as much as may be handed on now; `null`: nothing. */
  #next(): unknown {
    let bytes: Buffer | null = null;
    for (;;) {
      const packetsMax = this.#allowance();
      this.#isWaiting = packetsMax <= 0;
      if (this.#isWaiting) break;
      bytes ??= this.#readWhole();
      if (bytes === null) break;
      const taken = this.#takeDirectly(bytes, packetsMax);
      if (taken === 0) return this.#handOn(bytes, packetsMax);
      bytes = taken < bytes.length ? bytes.subarray(taken) : null;
    }
    if (bytes !== null) this.#putBack(bytes);
    return null;
  }

  /**
   * What has come, behind what had come before it of the same packet. What was put back is read without what has come
   * since: joined to it, a flood would be copied again at every turn.
   */
  #readWhole(): Buffer | null {
    const isMore = this.#stream.readableLength > this.#putBackBytes;
    const chunk: unknown = this.#read(isMore && this.#putBackBytes > 0 ? this.#putBackBytes : undefined);
    this.#putBackBytes = 0;
    if (!Buffer.isBuffer(chunk)) return null;
    if (this.#partial === null) return chunk;
    const whole = Buffer.concat([this.#partial, chunk]);
    this.#partial = null;
    return whole;
  }

  /** @returns how many bytes need not go to aedes; 0: those that are next do */
  #takeDirectly(bytes: Buffer, packetsMax: number): number {
    const direct = this.#direct;
    const isBusy = this.#packetsInFlight > 0 || this.#scanner.isInside || this.#stream.writableNeedDrain;
    if (direct === null || isBusy || direct.isUnheard) return 0;
    this.#beginTurn();
    const taken = direct.take(bytes, Math.min(packetsMax, PACKETS_AT_A_TIME));
    if (direct.messages > 0) this.#passed(direct.messages);
    this.#partial = direct.isPartial ? bytes.subarray(taken) : null;
    this.#watchTime(direct.messages > 0);
    return direct.isPartial ? bytes.length : taken;
  }

  /** @returns as much as may be handed on */
  #handOn(bytes: Buffer, packetsMax: number): Buffer | null {
    this.#beginTurn();
    const passed = this.#scan(bytes, this.#direct?.isUnheard === true ? 1 : packetsMax);
    if (this.#scanner.violation !== null) {
      this.cut(this.#scanner.violation);
      return null;
    }
    this.#direct?.heard();
    this.#packetsInFlight += this.#scanner.publishes;
    this.#bytesInFlight += this.#scanner.publishBytes;
    this.#passed(this.#scanner.publishes);
    if (passed < bytes.length) return this.#split(bytes, passed);
    if (this.#stream.readableLength > 0) this.#goOnSoon();
    return bytes;
  }

  #beginTurn(): void {
    if (this.#packetsOfTurn === 0) this.#turnBegan = this.#options.now();
  }

  #passed(messages: number): void {
    this.#packetsOfTurn += messages;
    const { rate } = this.#options.limits();
    if (rate !== null) this.#rate.spend(messages, rate);
    const isOver =
      this.#packetsOfTurn >= TURN_PACKETS_MAX || this.#options.now() - this.#turnBegan >= TURN_MS;
    if (isOver) this.#yieldTurn();
  }

  #scan(chunk: Buffer, packetsMax: number): number {
    const wasConnected = this.#scanner.isConnected;
    const passed = this.#scanner.scan(chunk, packetsMax);
    if (!this.#scanner.isConnected) return passed;
    if (!wasConnected) this.#options.onConnect?.();
    this.#watchTime(this.#scanner.packets > 0);
    return passed;
  }

  /** How many packets may be handed on now. */
  #allowance(): number {
    if (this.#isCut || this.#isHandingOn || this.#isHeld) return 0;
    if (!this.#scanner.isConnected) return 1;
    if (this.#direct === null) return 0;
    const ready = this.#options.whenReady?.();
    if (ready !== undefined) {
      this.#isHeld = true;
      ready.then(
        () => this.#release(),
        () => this.#release(),
      );
      return 0;
    }
    const { packets, bytes } = IN_FLIGHT_MAX;
    const room = this.#bytesInFlight < bytes ? packets - this.#inFlight : 0;
    const { rate } = this.#options.limits();
    return rate === null ? room : Math.min(room, this.#allowanceBy(rate));
  }

  get #inFlight(): number {
    return this.#packetsInFlight + (this.#direct?.unacknowledged ?? 0);
  }

  /** What comes meanwhile stays in the stream, until that is full and reads no further. */
  #yieldTurn(): void {
    this.#isHeld = true;
    setImmediate(() => {
      this.#packetsOfTurn = 0;
      this.#release();
    });
  }

  #allowanceBy(rate: number): number {
    const left = this.#rate.left(rate);
    if (left > 0) return left;
    this.#isHeld = true;
    this.#options.onThrottled?.();
    setTimeout(() => this.#release(), this.#rate.waitMs(rate)).unref();
    return 0;
  }

  #release(): void {
    this.#isHeld = false;
    this.wake();
  }

  /** Puts back what may not be handed on yet. */
  #split(chunk: Buffer, at: number): Buffer {
    this.#goOnSoon();
    this.#putBack(chunk.subarray(at));
    return chunk.subarray(0, at);
  }

  #goOnSoon(): void {
    this.#isHandingOn = true;
    process.nextTick(() => {
      this.#isHandingOn = false;
      this.wake();
    });
  }

  #putBack(bytes: Buffer): void {
    this.#putBackBytes = bytes.length;
    this.#stream.unshift(bytes);
  }

  /** @param isAnother what is under way now, if anything is, began after the last look */
  #watchTime(isAnother: boolean): void {
    const isUnderWay = this.#scanner.isInside || this.#partial !== null;
    if (isAnother || !isUnderWay) this.#clearDeadline();
    if (isUnderWay) this.#deadline ??= setTimeout(() => this.#onLate(), PACKET_MS).unref();
  }

  #onLate(): void {
    this.#deadline = null;
    // We may be the ones who do not read on.
    if (this.#isHeld || this.#inFlight > 0) this.#watchTime(true);
    else this.cut('packetTimeout');
  }

  #clearDeadline(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
  }
}
