import type { Scalar } from '../reading.js';
import { NUMBER, type SignalNode, TEXT, UNKNOWN } from '../signals/signal-node.js';
import { FALSE, TRUE, type Truth, UNSURE } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** An operand of an equality: a signal, or a literal text that reads as a duration (its seconds beside a number). */
export interface EqualityOperand {
  readonly signal: SignalNode;
  readonly seconds: number | null;
}

/** `equals` and `notEquals` (one operand), `in` and `notIn` (a list). */
export class EqualityCondition extends LeafCondition {
  constructor(
    private readonly signal: SignalNode,
    private readonly operands: readonly EqualityOperand[],
    private readonly isNegated: boolean,
  ) {
    super();
  }

  /** Operands of another kind are passed over; if none is left it is unknown, and so it is beside an unknown one. */
  protected override test(): Truth {
    if (this.signal.kind === UNKNOWN) return UNSURE;
    let result: Truth = UNSURE;
    let sawUnknown = false;
    for (let i = 0; i < this.operands.length; i++) {
      const operand = this.operands[i];
      if (operand === undefined) break;
      const equal = this.#compare(operand);
      if (equal === TRUE) return this.isNegated ? FALSE : TRUE;
      if (equal === FALSE) result = this.isNegated ? TRUE : FALSE;
      else if (operand.signal.kind === UNKNOWN) sawUnknown = true;
    }
    return sawUnknown ? UNSURE : result;
  }

  #compare({ signal: other, seconds }: EqualityOperand): Truth {
    const { signal } = this;
    if (signal.kind === NUMBER && seconds !== null) return signal.num === seconds ? TRUE : FALSE;
    if (signal.kind !== other.kind) return UNSURE;
    const isEqual = signal.kind === TEXT ? signal.text === other.text : signal.num === other.num;
    return isEqual ? TRUE : FALSE;
  }

  override observed(): Scalar | null {
    return this.signal.scalar();
  }
}
