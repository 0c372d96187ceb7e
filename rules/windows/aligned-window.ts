import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Window } from '../rule.js';
import type { Incoming } from '../signals/reading-source.js';
import { Boundaries } from '../time/boundaries.js';
import { type ClosingParts, ClosingWindow } from './closing-window.js';

/**
 * At each boundary b the readings with own time in [b − over, b), or in [the boundary before, b); the value holds until the
 * next boundary.
 */
export class AlignedWindow extends ClosingWindow {
  /** `null`: from boundary to boundary. */
  readonly #overMs: number | null;
  readonly #everyMs: number;
  readonly #boundaries: Boundaries;
  /** The boundary that is waited for, by the wall clock. */
  #boundary = Number.NaN;
  /** Engine time at which the window that is waited for begins. */
  #opensAt = Number.POSITIVE_INFINITY;
  /** Engine time of the last boundary at which it closed, and of the beginning of the window that closed. */
  #closedTo = Number.NEGATIVE_INFINITY;
  #closedFrom = Number.NEGATIVE_INFINITY;

  constructor(parts: ClosingParts, window: Extract<Window, { kind: 'aligned' }>) {
    super(parts);
    this.#overMs = window.overMs;
    this.#everyMs = window.everyMs;
    this.#boundaries = new Boundaries(window.everyMs, window.timezone);
  }

  protected override admit(reading: Incoming): void {
    if (Number.isNaN(this.firstTime)) {
      this.firstTime = reading.time;
      this.#waitForNext();
    }
    if (reading.time < this.#oldestKept()) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
    } else if (reading.time >= this.#boundary - this.moment.offset) this.waiting.add(reading);
    else this.put(reading, true);
  }

  /** The series begins anew: there is no window before its next reading. */
  override beginAnew(): void {
    super.beginAnew();
    this.deadline = Number.POSITIVE_INFINITY;
  }

  override advance(): void {
    if (this.deadline > this.moment.now) return;
    this.#close(this.#boundaries.before(this.#wallPassed()));
    this.#waitForNext();
    for (const reading of this.waiting.take()) this.admit(reading);
  }

  override from(): number {
    return this.#closedFrom;
  }

  override to(): number {
    return this.#closedTo;
  }

  override isFull(): boolean {
    return this.firstTime <= this.#closedFrom;
  }

  /** Boundaries in the gap close when it is over. */
  override shift(deltaMs: number): void {
    this.waiting.shift(deltaMs);
    this.deadline = Math.max(this.deadline, this.moment.now);
  }

  /** Boundaries that the wall clock jumped over close at once. */
  override offsetChanged(): void {
    if (this.deadline === Number.POSITIVE_INFINITY) return;
    if (this.#wallPassed() >= this.#boundary) this.deadline = this.moment.now;
    else this.#waitForNext();
  }

  protected override graceChanged(): void {
    this.offsetChanged();
  }

  /** The wall clock as far as no reading is waited for any more. */
  #wallPassed(): number {
    return this.moment.now + this.moment.offset - this.graceMs;
  }

  /** Engine time at which the window that closes at a boundary begins. */
  #startOf(boundary: number): number {
    const start = this.#overMs === null ? this.#boundaries.before(boundary - 1) : boundary - this.#overMs;
    return start - this.moment.offset;
  }

  #close(boundary: number): void {
    const at = boundary - this.moment.offset;
    const from = this.#startOf(boundary);
    this.#closedTo = at;
    this.#closedFrom = from;
    // Where nobody looked for a while it closes as at the last boundary.
    if (at + this.graceMs > this.deadline) this.deadline = at + this.graceMs;
    // After a jump of the wall clock there may be readings that belong to the next window already, or to this one. What
    // waits is older than this one where nobody looked for longer than that.
    const newer = this.takeNewest(at);
    const waiting = this.waiting.take();
    for (const reading of waiting) if (reading.time < at) this.put(reading, true);
    this.#dropBefore(from);
    this.captureAll();
    for (const reading of newer) this.put(reading, true);
    for (const reading of waiting) if (reading.time >= at) this.waiting.add(reading);
  }

  #waitForNext(): void {
    const { offset } = this.moment;
    // What has closed never changes; and a boundary before the first reading is none of this window's.
    const passed = Math.max(this.#wallPassed(), this.#closedTo + offset, this.firstTime + offset);
    this.#boundary = this.#boundaries.after(passed);
    this.#opensAt = this.#startOf(this.#boundary);
    this.deadline = this.#boundary - offset + this.graceMs;
    this.#dropBefore(this.#oldestKept());
  }

  /** Where the wall clock jumps forward, the last boundary passed may be the one just closed: its readings are kept. */
  #oldestKept(): number {
    const usual = this.moment.now - this.graceMs - (this.#overMs ?? this.#everyMs) - this.#everyMs;
    return Math.min(usual, this.#opensAt);
  }

  #dropBefore(time: number): void {
    const { buffer } = this;
    while (buffer.size > 0 && buffer.timeAt(buffer.head) < time) this.dropOldest();
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.#boundary).number(this.#opensAt).number(this.#closedTo).number(this.#closedFrom);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#boundary = reader.number();
    this.#opensAt = reader.number();
    this.#closedTo = reader.number();
    this.#closedFrom = reader.number();
  }
}
