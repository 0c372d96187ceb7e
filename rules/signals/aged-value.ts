import type { Moment } from '../engine/moment.js';
import type { ReadingSource } from './reading-source.js';
import { SignalNode, UNKNOWN } from './signal-node.js';

/** An input with `maxAge`: its value, unknown from that long after the arrival of the newest reading on. */
export class AgedValue extends SignalNode {
  constructor(
    private readonly source: ReadingSource,
    private readonly maxAgeMs: number,
  ) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.source.givesReading(moment);
  }

  override settle(moment: Moment): void {
    const { source } = this;
    const end = source.arrival + this.maxAgeMs;
    const isAlive = source.kind !== UNKNOWN && end > moment.now;
    this.deadline = isAlive ? end : Number.POSITIVE_INFINITY;
    if (isAlive) this.copy(source);
    else this.setUnknown();
  }

  override shift(deltaMs: number): void {
    this.deadline += deltaMs;
  }
}
