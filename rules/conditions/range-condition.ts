import type { Scalar } from '../reading.js';
import type { RangeComparator } from '../rule.js';
import { NUMBER, type SignalNode } from '../signals/signal-node.js';
import { type Truth, truth, UNSURE } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** `between` (both ends included) and `outside`, its opposite. The deadband widens the way back only. */
export class RangeCondition extends LeafCondition {
  constructor(
    private readonly signal: SignalNode,
    private readonly comparator: RangeComparator,
    private readonly low: SignalNode,
    private readonly high: SignalNode,
    private readonly deadband: number,
  ) {
    super();
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
