import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** At instant t the readings with an own time in (t − over, t]. */
export class SlidingWindow extends ReadingWindow {
  /** The latest time this window has been brought to. */
  #now = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly overMs: number,
    where: ReadingFilter | null,
  ) {
    super(where, false);
  }

  override enter(reading: Incoming): void {
    if (this.where !== null && !this.where(reading)) return;
    this.advance(reading.arrival);
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    if (reading.time + this.overMs <= this.#now) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
      return;
    }
    this.put(reading, true);
  }

  override advance(now: number): void {
    this.#now = now;
    if (this.deadline > now) return;
    const { buffer } = this;
    while (buffer.size > 0 && (buffer.times[buffer.head] ?? 0) + this.overMs <= now) this.dropOldest();
  }

  override isFull(now: number): boolean {
    return this.firstTime + this.overMs <= now;
  }

  override fullAt(now: number): number {
    const at = this.firstTime + this.overMs;
    return at > now ? at : Number.POSITIVE_INFINITY;
  }

  protected override contentChanged(): void {
    super.contentChanged();
    const { buffer } = this;
    this.deadline =
      buffer.size === 0 ? Number.POSITIVE_INFINITY : (buffer.times[buffer.head] ?? 0) + this.overMs;
  }
}
