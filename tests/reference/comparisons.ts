import type { Scalar } from '../../rules/reading.js';
import type { Comparison, Operand, OrderComparator, Signal } from '../../rules/rule.js';
import { any, not, type Truth } from './truth.js';

export interface Compared {
  readonly value: Scalar | null;
  readonly comparison: Comparison;
  readonly deadband: number;
  /** What the comparison was when it was last known: the deadband widens the way back only. */
  readonly wasTrue: boolean;
  readonly operandOf: (signal: Signal) => Scalar | null;
}

export function compare(compared: Compared): Truth {
  const { value, comparison } = compared;
  if (value === null) return null;
  switch (comparison.comparator) {
    case 'above':
    case 'atLeast':
    case 'below':
    case 'atMost':
      return inOrder(comparison.comparator, value, operand(comparison.operand, compared), back(compared));
    case 'equals':
      return equal(value, operand(comparison.operand, compared));
    case 'notEquals':
      return not(equal(value, operand(comparison.operand, compared)));
    case 'in':
      return isIn(value, comparison.operands, compared);
    case 'notIn':
      return not(isIn(value, comparison.operands, compared));
    case 'between':
      return between(
        value,
        operand(comparison.low, compared),
        operand(comparison.high, compared),
        back(compared),
      );
    case 'outside':
      // Inside by the deadband on both sides is where `outside` ends.
      return not(
        between(
          value,
          operand(comparison.low, compared),
          operand(comparison.high, compared),
          -back(compared),
        ),
      );
  }
}

/** Of equal kinds, or unknown. */
export function equal(left: Scalar | null, right: Scalar | null): Truth {
  if (left === null || right === null || typeof left !== typeof right) return null;
  return left === right;
}

function back({ wasTrue, deadband }: Compared): number {
  return wasTrue ? deadband : 0;
}

function operand(operand: Operand, { value, operandOf }: Compared): Scalar | null {
  if (operand.kind === 'signal') return operandOf(operand.signal);
  return typeof value === 'number' && operand.seconds !== null ? operand.seconds : operand.value;
}

function inOrder(comparator: OrderComparator, value: Scalar, limit: Scalar | null, deadband: number): Truth {
  if (typeof value !== 'number' || typeof limit !== 'number') return null;
  switch (comparator) {
    case 'above':
      return value > limit - deadband;
    case 'atLeast':
      return value >= limit - deadband;
    case 'below':
      return value < limit + deadband;
    case 'atMost':
      return value <= limit + deadband;
  }
}

function between(value: Scalar, low: Scalar | null, high: Scalar | null, wider: number): Truth {
  if (typeof value !== 'number' || typeof low !== 'number' || typeof high !== 'number') return null;
  return value >= low - wider && value <= high + wider;
}

/** Elements of another kind are passed over; none left is unknown. */
function isIn(value: Scalar, operands: readonly Operand[], compared: Compared): Truth {
  const elements = operands.map((element) => operand(element, compared));
  const comparable = elements.filter((element) => element === null || typeof element === typeof value);
  return comparable.length === 0 ? null : any(comparable.map((element) => equal(value, element)));
}
