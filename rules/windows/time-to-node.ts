import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Aggregate } from '../rule.js';
import { type Kind, NUMBER, SignalNode } from '../signals/signal-node.js';
import type { AggregateNode } from './aggregate-node.js';

const MS_PER_SECOND = 1000;

/**
 * `timeTo`: seconds until the least squares line reaches a limit; 0 if it is at or beyond it, unknown if it is flat or
 * moves away. Computed at the step's time when a reading enters or leaves; in between it holds.
 */
export class TimeToNode extends SignalNode {
  /** Of the window, when it was last computed. */
  #content = -2;
  #isRestored = false;

  constructor(
    /** `slope` over the same window, with its `minCount` and `full`. */
    private readonly slope: AggregateNode,
    /** The same as its instance sees it. */
    private readonly seen: SignalNode,
    private readonly limit: SignalNode,
    private readonly from: 'below' | 'above',
  ) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.seen.givesReading(moment);
  }

  override settle(): void {
    const { content } = this.slope;
    if (content === this.#content) return;
    this.#content = content;
    if (this.#isRestored) {
      this.#isRestored = false;
      return;
    }
    this.setNumber(this.#seconds());
  }

  #seconds(): number {
    const { slope, limit } = this;
    if (slope.kind !== NUMBER || limit.kind !== NUMBER) return Number.NaN;
    const sign = this.from === 'below' ? 1 : -1;
    const distance = sign * (limit.num - (slope.level ?? Number.NaN));
    if (distance <= 0) return 0;
    const approach = sign * slope.num;
    return approach > 0 ? distance / approach : Number.NaN;
  }

  override save(writer: StateBytes): void {
    writer.number(this.kind).number(this.num);
  }

  override load(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.#isRestored = true;
  }
}

/** The slope per second that a `timeTo` goes by. */
export function slopeOf(aggregate: Aggregate): Aggregate {
  return { ...aggregate, function: 'slope', perMs: MS_PER_SECOND, limit: null };
}
