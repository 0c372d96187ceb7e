import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Window } from '../rule.js';
import type { Incoming } from '../signals/reading-source.js';
import { type ClosingParts, ClosingWindow } from './closing-window.js';

/**
 * Readings that arrive less than a gap apart; the value appears when the session closes and holds until the next does.
 * A session that is over waits for late readings as long as the grace of its source; those of before its end enter, and
 * make it longer unless a reading of after its end has come.
 */
export class SessionWindow extends ClosingWindow {
  readonly #gapMs: number;
  readonly #longestMs: number;
  /** When the session is over; `Infinity` if none is open. */
  #end = Number.POSITIVE_INFINITY;
  /** When it must be at the latest. */
  #lastEnd = Number.POSITIVE_INFINITY;
  /** Own time of the reading that opened it. */
  #openedBy = Number.NaN;

  constructor(parts: ClosingParts, window: Extract<Window, { kind: 'session' }>) {
    super(parts);
    this.#gapMs = window.gapMs;
    this.#longestMs = window.longestMs ?? Number.POSITIVE_INFINITY;
  }

  protected override admit(reading: Incoming): void {
    const isOpen = this.buffer.size > 0;
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    if (isOpen && reading.time >= this.#end) {
      this.waiting.add(reading);
      return;
    }
    if (reading.isLate && (!isOpen || reading.time < this.#openedBy)) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
      return;
    }
    if (!isOpen) {
      this.#openedBy = reading.time;
      this.#lastEnd = reading.arrival + this.#longestMs;
    }
    this.put(reading, true);
    if (this.waiting.isEmpty) this.#end = Math.min(reading.arrival + this.#gapMs, this.#lastEnd);
    this.deadline = this.#end + this.graceMs;
  }

  override advance(): void {
    while (this.deadline <= this.moment.now) {
      this.captureAll();
      while (this.buffer.size > 0) this.dropOldest();
      this.#openNext();
    }
  }

  /** What came after the end of the session opens the next. */
  #openNext(): void {
    this.#end = Number.POSITIVE_INFINITY;
    this.deadline = Number.POSITIVE_INFINITY;
    for (const reading of this.waiting.take()) this.admit(reading);
  }

  override forgetMember(member: number): void {
    super.forgetMember(member);
    if (this.buffer.size === 0) this.#openNext();
  }

  override from(): number {
    return this.buffer.timeAt(this.buffer.head);
  }

  override to(): number {
    return this.buffer.timeAt(this.buffer.slot(this.buffer.size - 1));
  }

  override shift(deltaMs: number): void {
    this.waiting.shift(deltaMs);
    this.deadline += deltaMs;
    this.#end += deltaMs;
    this.#lastEnd += deltaMs;
  }

  protected override graceChanged(): void {
    this.deadline = this.#end + this.graceMs;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.#end).number(this.#lastEnd).number(this.#openedBy);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#end = reader.number();
    this.#lastEnd = reader.number();
    this.#openedBy = reader.number();
  }
}
