import type { Moment } from '../engine/moment.js';
import type { StateReader, StateWriter } from '../engine/state.js';
import type { Window } from '../rule.js';
import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** Readings that arrive less than a gap apart; the value appears when the session closes and holds until the next does. */
export class SessionWindow extends ReadingWindow {
  override readonly isClosing = true;
  readonly #gapMs: number;
  readonly #longestMs: number;
  /** When the session must close at the latest; `Infinity` if none is open. */
  #lastEnd = Number.POSITIVE_INFINITY;
  /** Own time of the reading that opened it. */
  #openedBy = Number.NaN;

  constructor(moment: Moment, where: ReadingFilter | null, window: Extract<Window, { kind: 'session' }>) {
    super(moment, where, false);
    this.#gapMs = window.gapMs;
    this.#longestMs = window.longestMs ?? Number.POSITIVE_INFINITY;
  }

  override enter(reading: Incoming): void {
    if (this.where !== null && !this.where(reading)) return;
    this.advance();
    const { now } = this.moment;
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    const isTooLate = reading.isLate && (this.buffer.size === 0 || reading.time < this.#openedBy);
    if (isTooLate) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
      return;
    }
    if (this.buffer.size === 0) {
      this.#openedBy = reading.time;
      this.#lastEnd = now + this.#longestMs;
    }
    this.put(reading, true);
    this.deadline = Math.min(now + this.#gapMs, this.#lastEnd);
  }

  override advance(): void {
    const { moment } = this;
    if (this.deadline > moment.now) return;
    this.captureAll();
    this.deadline = Number.POSITIVE_INFINITY;
    while (this.buffer.size > 0) this.dropOldest();
  }

  override forgetMember(member: number): void {
    super.forgetMember(member);
    if (this.buffer.size === 0) this.deadline = Number.POSITIVE_INFINITY;
  }

  override from(): number {
    return this.buffer.times[this.buffer.head] ?? 0;
  }

  override to(): number {
    return this.buffer.times[this.buffer.slot(this.buffer.size - 1)] ?? 0;
  }

  override isFull(): boolean {
    return true;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  override shift(deltaMs: number): void {
    this.deadline += deltaMs;
    this.#lastEnd += deltaMs;
  }

  override save(writer: StateWriter): void {
    super.save(writer);
    writer.put(this.#lastEnd, this.#openedBy);
  }

  override load(reader: StateReader): void {
    super.load(reader);
    this.#lastEnd = reader.number();
    this.#openedBy = reader.number();
  }
}
