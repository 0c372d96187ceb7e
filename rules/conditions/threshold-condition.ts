import type { Scalar } from '../reading.js';
import type { OrderComparator } from '../rule.js';
import { ConstantSignal, NUMBER, type SignalNode } from '../signals/signal-node.js';
import { TRUE, type Truth, truth, UNSURE } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';
import type { ValueRange } from './value-range.js';

/** `above`, `atLeast`, `below`, `atMost`. The deadband widens the way back only. */
export class ThresholdCondition extends LeafCondition {
  constructor(
    readonly signal: SignalNode,
    private readonly comparator: OrderComparator,
    private readonly limit: SignalNode,
    private readonly deadband: number,
  ) {
    super();
  }

  /** Is the limit always the same? */
  get isFixed(): boolean {
    return this.limit instanceof ConstantSignal;
  }

  override get isSteady(): boolean {
    return this.state !== UNSURE;
  }

  override narrow(signal: SignalNode, range: ValueRange): void {
    if (signal !== this.signal) return;
    const isTrue = this.state === TRUE;
    const { num: limit } = this.limit;
    const { deadband } = this;
    switch (this.comparator) {
      case 'above':
        if (isTrue) range.above(limit - deadband);
        else range.atMost(limit);
        break;
      case 'atLeast':
        if (isTrue) range.atLeast(limit - deadband);
        else range.below(limit);
        break;
      case 'below':
        if (isTrue) range.below(limit + deadband);
        else range.atLeast(limit);
        break;
      case 'atMost':
        if (isTrue) range.atMost(limit + deadband);
        else range.above(limit);
        break;
    }
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
