import type { Moment } from '../engine/moment.js';
import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** A sliding window is looked at so many times in its length where values are weighed by time, but not more often than once a second. */
const TICKS = 60;
const TICK_MS_MIN = 1000;

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
    const { now, gaps } = this.moment;
    if (this.deadline > now) return;
    const { buffer } = this;
    while (buffer.size > 0 && this.deadline <= now) {
      const leftAt = this.deadline;
      this.dropOldest();
      this.changedAt = gaps.endAround(leftAt);
      this.turnedAt = this.changedAt;
    }
  }

  override get tickMs(): number {
    return Math.max(Math.floor(this.overMs / TICKS), TICK_MS_MIN);
  }

  override from(asOf: number): number {
    return asOf - this.overMs;
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
    this.deadline = buffer.size === 0 ? Number.POSITIVE_INFINITY : buffer.timeAt(buffer.head) + this.overMs;
  }
}
