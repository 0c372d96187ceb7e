import type { Moment } from '../engine/moment.js';
import type { ReadingSource } from './reading-source.js';
import { SignalNode, UNKNOWN } from './signal-node.js';

/** An input with `maxAge`: its value, unknown from that long after the arrival of the newest reading on. */
export class AgedValue extends SignalNode {
  #isAlive = false;

  constructor(
    readonly source: ReadingSource,
    private readonly maxAgeMs: number,
  ) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.source.givesReading(moment);
  }

  override settle(moment: Moment): void {
    const { source } = this;
    const isAlive = source.kind !== UNKNOWN && source.arrival + this.maxAgeMs > source.clock(moment);
    this.#isAlive = isAlive;
    this.refreshDeadline();
    if (isAlive) this.copy(source);
    else this.setUnknown();
  }

  override refreshDeadline(): void {
    const { source } = this;
    this.deadline =
      this.#isAlive && !source.isStill ? source.arrival + this.maxAgeMs : Number.POSITIVE_INFINITY;
  }

  override stoodStill(): void {
    this.refreshDeadline();
  }
}
