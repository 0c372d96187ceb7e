import type { Moment } from '../engine/moment.js';
import type { StateReader, StateWriter } from '../engine/state.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { type Truth, truth } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** No reading arrived for so long, counted from the last one's arrival, else from the instance's beginning. */
export class AbsentCondition extends LeafCondition {
  override readonly isTimed = true;
  /** Start of the rule's active span. */
  #earliest = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: ReadingSource,
    private readonly forMs: number,
    private begin: number,
  ) {
    super();
  }

  protected override test(moment: Moment): Truth {
    const { lastArrival } = this.source;
    const from = lastArrival === Number.NEGATIVE_INFINITY ? this.begin : lastArrival;
    const end = Math.max(from, this.#earliest) + this.forMs;
    this.deadline = end > moment.now ? end : Number.POSITIVE_INFINITY;
    return truth(moment.now >= end);
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

  override save(writer: StateWriter): void {
    super.save(writer);
    writer.put(this.begin, this.#earliest);
  }

  override load(reader: StateReader): void {
    super.load(reader);
    this.begin = reader.number();
    this.#earliest = reader.number();
  }
}
