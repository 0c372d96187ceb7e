import type { Slots, TruthClosure } from '../expressions/compile-expression.js';
import type { Truth } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** A boolean expression as a condition; another kind than boolean is unknown. */
export class ExpressionCondition extends LeafCondition {
  constructor(
    private readonly run: TruthClosure,
    private readonly slots: Slots,
  ) {
    super();
  }

  protected override test(): Truth {
    return this.run(this.slots);
  }
}
