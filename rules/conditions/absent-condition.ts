import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { afterStandstill, type ReadingSource, type Standstill } from '../signals/reading-source.js';
import type { SignalNode } from '../signals/signal-node.js';
import { FALSE, type Truth, truth } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** No reading arrived for so long, counted from the last one's arrival, else from the instance's beginning. */
export class AbsentCondition extends LeafCondition {
  /** Start of the rule's active span. */
  #earliest = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: ReadingSource,
    private readonly forMs: number,
    private begin: number,
  ) {
    super();
  }

  override get isTimed(): boolean {
    return true;
  }

  protected override test(moment: Moment): Truth {
    const isAbsent = this.source.clock(moment) >= this.#end;
    this.deadline = isAbsent || this.source.isStill ? Number.POSITIVE_INFINITY : this.#end;
    return truth(isAbsent);
  }

  /** A reading keeps it false, and another input does not concern it. */
  override get isSteady(): boolean {
    return this.state === FALSE;
  }

  get #end(): number {
    const { lastArrival } = this.source;
    const from = lastArrival === Number.NEGATIVE_INFINITY ? this.begin : lastArrival;
    return Math.max(from, this.#earliest) + this.forMs;
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.#earliest = begin;
  }

  override shift(deltaMs: number): void {
    this.begin += deltaMs;
    this.#earliest += deltaMs;
    this.deadline += deltaMs;
  }

  override stoodStill(source: SignalNode, standstill: Standstill): void {
    if (source !== this.source) return;
    this.begin = afterStandstill(this.begin, standstill);
    this.#earliest = afterStandstill(this.#earliest, standstill);
    this.refreshDeadline();
  }

  /** It is no longer waited for where it is absent already, nor outside the rule's schedule. */
  override refreshDeadline(): void {
    const isWaiting = this.state === FALSE && !this.source.isStill;
    this.deadline = isWaiting ? this.#end : Number.POSITIVE_INFINITY;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.begin).number(this.#earliest);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.begin = reader.number();
    this.#earliest = reader.number();
  }
}
