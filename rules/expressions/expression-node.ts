import { TRUE, UNSURE } from '../conditions/condition-node.js';
import type { Moment } from '../engine/moment.js';
import { BOOLEAN, SignalNode } from '../signals/signal-node.js';
import type { CompiledExpression, Slots } from './compile-expression.js';

/** A signal computed by an expression. */
export class ExpressionNode extends SignalNode {
  constructor(
    private readonly compiled: CompiledExpression,
    private readonly slots: Slots,
  ) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.slots.some((slot) => slot.givesReading(moment));
  }

  override settle(): void {
    const { compiled, slots } = this;
    switch (compiled.kind) {
      case 'number':
        this.setNumber(compiled.run(slots));
        break;
      case 'truth': {
        const state = compiled.run(slots);
        if (state === UNSURE) this.setUnknown();
        else {
          this.kind = BOOLEAN;
          this.num = state === TRUE ? 1 : 0;
        }
        break;
      }
      case 'scalar':
        this.setScalar(compiled.run(slots));
    }
  }
}
