import type { Incoming } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';

/** The last `count` readings; those that fail `where` take a place but count for nothing. */
export class CountWindow extends ReadingWindow {
  constructor(
    private readonly count: number,
    where: ReadingFilter | null,
  ) {
    super(where, where !== null);
  }

  override enter(reading: Incoming): void {
    if (Number.isNaN(this.firstTime)) this.firstTime = reading.time;
    this.put(reading, this.where === null || this.where(reading));
    if (this.buffer.size > this.count) this.dropOldest();
  }

  override advance(): void {}

  override isFull(): boolean {
    return this.buffer.size >= this.count;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }
}
