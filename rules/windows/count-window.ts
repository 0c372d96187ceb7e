import type { Moment } from '../engine/moment.js';
import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** The last `count` readings; those that fail `where` take a place but count for nothing. */
export class CountWindow extends ReadingWindow {
  constructor(
    moment: Moment,
    where: ReadingFilter | null,
    private readonly count: number,
  ) {
    super(moment, where, where !== null);
  }

  override enter(reading: Incoming): void {
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    const pass = this.where === null || this.where(reading);
    const { buffer } = this;
    if (buffer.size === this.count && reading.time < buffer.timeAt(buffer.head)) {
      const { kind, num, text, time, member } = reading;
      if (pass) this.takeBefore(kind, num, text, time, member, false);
      return;
    }
    this.put(reading, pass);
    if (this.buffer.size > this.count) this.dropOldest();
  }

  override advance(): void {}

  /** A number of readings has no length; nothing that asks for one goes with it. */
  override from(): number {
    return Number.NaN;
  }

  override isFull(): boolean {
    return this.buffer.size >= this.count;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }
}
