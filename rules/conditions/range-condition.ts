import type { Scalar } from '../reading.js';
import type { RangeComparator } from '../rule.js';
import { ConstantSignal, NUMBER, type SignalNode } from '../signals/signal-node.js';
import { TRUE, type Truth, truth, UNSURE } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';
import type { ValueRange } from './value-range.js';

/** `between` (both ends included) and `outside`, its opposite. The deadband widens the way back only. */
export class RangeCondition extends LeafCondition {
  constructor(
    readonly signal: SignalNode,
    private readonly comparator: RangeComparator,
    private readonly low: SignalNode,
    private readonly high: SignalNode,
    private readonly deadband: number,
  ) {
    super();
  }

  /** Are the limits always the same? */
  get isFixed(): boolean {
    return this.low instanceof ConstantSignal && this.high instanceof ConstantSignal;
  }

  /** Outside, the value may be on either side: that is looked at in full. */
  override get isSteady(): boolean {
    return this.state !== UNSURE && this.#isInside;
  }

  get #isInside(): boolean {
    return (this.state === TRUE) === (this.comparator === 'between');
  }

  override narrow(signal: SignalNode, range: ValueRange): void {
    if (signal !== this.signal) return;
    const { low, high } = this;
    if (this.comparator === 'between') {
      range.atLeast(low.num - this.deadband);
      range.atMost(high.num + this.deadband);
    } else {
      range.atLeast(low.num);
      range.atMost(high.num);
    }
  }

  protected override test(): Truth {
    const { signal, low, high } = this;
    if (signal.kind !== NUMBER || low.kind !== NUMBER || high.kind !== NUMBER) return UNSURE;
    const back = this.wasTrue ? this.deadband : 0;
    if (this.comparator === 'between')
      return truth(signal.num >= low.num - back && signal.num <= high.num + back);
    return truth(signal.num < low.num + back || signal.num > high.num - back);
  }

  override observed(): Scalar | null {
    return this.signal.scalar();
  }
}
