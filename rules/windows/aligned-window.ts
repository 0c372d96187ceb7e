import type { Moment } from '../engine/moment.js';
import type { StateReader, StateWriter } from '../engine/state.js';
import type { Window } from '../rule.js';
import type { Incoming } from '../signals/reading-source.js';
import { Boundaries } from '../time/boundaries.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** At each boundary b the readings with own time in [b − over, b); the value holds until the next boundary. */
export class AlignedWindow extends ReadingWindow {
  override readonly isClosing = true;
  readonly #overMs: number;
  readonly #everyMs: number;
  readonly #boundaries: Boundaries;
  /** The next boundary, by the wall clock. */
  #boundary = Number.NaN;
  /** Engine time of the boundary being closed. */
  #closesAt = Number.NaN;

  constructor(moment: Moment, where: ReadingFilter | null, window: Extract<Window, { kind: 'aligned' }>) {
    super(moment, where, false);
    this.#overMs = window.overMs;
    this.#everyMs = window.everyMs;
    this.#boundaries = new Boundaries(window.everyMs, window.timezone);
  }

  override enter(reading: Incoming): void {
    if (this.where !== null && !this.where(reading)) return;
    this.advance();
    if (Number.isNaN(this.firstTime)) {
      this.firstTime = reading.time;
      this.#waitForNext();
    }
    if (reading.time < this.#oldestKept()) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
      return;
    }
    this.put(reading, true);
  }

  override advance(): void {
    const { moment } = this;
    if (this.deadline > moment.now) return;
    this.#close(this.#boundaries.before(moment.now + moment.offset) - moment.offset);
    this.#waitForNext();
  }

  override from(): number {
    return this.#closesAt - this.#overMs;
  }

  override to(): number {
    return this.#closesAt;
  }

  override isFull(): boolean {
    return this.firstTime <= this.#closesAt - this.#overMs;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Boundaries in the gap close when it is over. */
  override shift(): void {
    this.deadline = Math.max(this.deadline, this.moment.now);
  }

  /** Boundaries that the wall clock jumped over close at once. */
  override offsetChanged(): void {
    if (this.deadline === Number.POSITIVE_INFINITY) return;
    const { now, offset } = this.moment;
    if (now + offset >= this.#boundary) this.deadline = now;
    else this.#waitForNext();
  }

  #close(at: number): void {
    this.#closesAt = at;
    // Where nobody looked for a while it closes as at the last boundary.
    if (at > this.deadline) this.deadline = at;
    this.#dropBefore(at - this.#overMs);
    // After a jump of the wall clock there may be readings that belong to the next window already.
    const newer = this.takeNewest(at);
    this.captureAll();
    for (const reading of newer) this.put(reading, true);
  }

  #waitForNext(): void {
    const { now, offset } = this.moment;
    this.#boundary = this.#boundaries.after(now + offset);
    this.deadline = this.#boundary - offset;
    this.#dropBefore(this.#oldestKept());
  }

  /** Where the wall clock jumps forward, the last boundary passed may be the one just closed: its readings are kept. */
  #oldestKept(): number {
    return this.moment.now - this.#overMs - this.#everyMs;
  }

  #dropBefore(time: number): void {
    const { buffer } = this;
    while (buffer.size > 0 && (buffer.times[buffer.head] ?? 0) < time) this.dropOldest();
  }

  override save(writer: StateWriter): void {
    super.save(writer);
    writer.put(this.#boundary, this.#closesAt);
  }

  override load(reader: StateReader): void {
    super.load(reader);
    this.#boundary = reader.number();
    this.#closesAt = reader.number();
  }
}
