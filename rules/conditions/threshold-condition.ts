import type { Scalar } from '../reading.js';
import type { OrderComparator } from '../rule.js';
import { NUMBER, type SignalNode } from '../signals/signal-node.js';
import { type Truth, truth, UNSURE } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** `above`, `atLeast`, `below`, `atMost`. The deadband widens the way back only. */
export class ThresholdCondition extends LeafCondition {
  constructor(
    private readonly signal: SignalNode,
    private readonly comparator: OrderComparator,
    private readonly limit: SignalNode,
    private readonly deadband: number,
  ) {
    super();
  }

  protected override test(): Truth {
    if (this.signal.kind !== NUMBER || this.limit.kind !== NUMBER) return UNSURE;
    const value = this.signal.num;
    const back = this.wasTrue ? this.deadband : 0;
    switch (this.comparator) {
      case 'above':
        return truth(value > this.limit.num - back);
      case 'atLeast':
        return truth(value >= this.limit.num - back);
      case 'below':
        return truth(value < this.limit.num + back);
      case 'atMost':
        return truth(value <= this.limit.num + back);
    }
  }

  override observed(): Scalar | null {
    return this.signal.scalar();
  }
}
