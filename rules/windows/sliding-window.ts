import type { Moment } from '../engine/moment.js';
import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** At instant t the readings with an own time in (t − over, t]. */
export class SlidingWindow extends ReadingWindow {
  constructor(
    moment: Moment,
    where: ReadingFilter | null,
    private readonly overMs: number,
  ) {
    super(moment, where, false);
  }

  override enter(reading: Incoming): void {
    if (this.where !== null && !this.where(reading)) return;
    this.advance();
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    if (reading.time + this.overMs <= this.moment.now) {
      this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
      return;
    }
    this.put(reading, true);
  }

  override advance(): void {
    const { now } = this.moment;
    if (this.deadline > now) return;
    const { buffer } = this;
    while (buffer.size > 0 && this.deadline <= now) {
      const leftAt = this.deadline;
      this.dropOldest();
      this.changedAt = leftAt;
    }
  }

  override isFull(): boolean {
    return this.firstTime + this.overMs <= this.moment.now;
  }

  override fullAt(): number {
    const at = this.firstTime + this.overMs;
    return at > this.moment.now ? at : Number.POSITIVE_INFINITY;
  }

  protected override contentChanged(): void {
    super.contentChanged();
    const { buffer } = this;
    this.deadline =
      buffer.size === 0 ? Number.POSITIVE_INFINITY : (buffer.times[buffer.head] ?? 0) + this.overMs;
  }
}
