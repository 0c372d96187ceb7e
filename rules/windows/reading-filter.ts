import type { Scalar } from '../reading.js';
import type { ConstantComparison, Operand } from '../rule.js';
import type { Incoming } from '../signals/reading-source.js';
import { BOOLEAN, NUMBER, TEXT } from '../signals/signal-node.js';
import type { ReadingFilter } from './reading-window.js';

/** The comparators of a `where`: a reading enters if all of them are true of it. */
export function readingFilter(where: readonly ConstantComparison[]): ReadingFilter {
  const tests = where.map(filterOf);
  return (reading) => tests.every((test) => test(reading));
}

function filterOf(comparison: ConstantComparison): ReadingFilter {
  switch (comparison.comparator) {
    case 'above':
      return compareNumber(comparison.operand, (value, limit) => value > limit);
    case 'atLeast':
      return compareNumber(comparison.operand, (value, limit) => value >= limit);
    case 'below':
      return compareNumber(comparison.operand, (value, limit) => value < limit);
    case 'atMost':
      return compareNumber(comparison.operand, (value, limit) => value <= limit);
    case 'between': {
      const low = numberOf(comparison.low);
      const high = numberOf(comparison.high);
      return ({ kind, num }) => kind === NUMBER && num >= low && num <= high;
    }
    case 'outside': {
      const low = numberOf(comparison.low);
      const high = numberOf(comparison.high);
      return ({ kind, num }) => kind === NUMBER && (num < low || num > high);
    }
    case 'equals':
      return (reading) => isEqual(reading, comparison.operand) === true;
    case 'notEquals':
      return (reading) => isEqual(reading, comparison.operand) === false;
    case 'in':
      return (reading) => comparison.operands.some((operand) => isEqual(reading, operand) === true);
    case 'notIn':
      return (reading) => {
        const results = comparison.operands.map((operand) => isEqual(reading, operand));
        return results.includes(false) && !results.includes(true);
      };
  }
}

function compareNumber(operand: Operand, test: (value: number, limit: number) => boolean): ReadingFilter {
  const limit = numberOf(operand);
  return ({ kind, num }) => kind === NUMBER && test(num, limit);
}

/** `undefined`: of different kinds. */
function isEqual(reading: Incoming, operand: Operand): boolean | undefined {
  const { value, seconds } = literalOf(operand);
  if (reading.kind === NUMBER && seconds !== null) return reading.num === seconds;
  switch (typeof value) {
    case 'number':
      return reading.kind === NUMBER ? reading.num === value : undefined;
    case 'boolean':
      return reading.kind === BOOLEAN ? (reading.num === 1) === value : undefined;
    default:
      return reading.kind === TEXT ? reading.text === value : undefined;
  }
}

function numberOf(operand: Operand): number {
  const { value, seconds } = literalOf(operand);
  return seconds ?? (typeof value === 'number' ? value : Number.NaN);
}

function literalOf(operand: Operand): { readonly value: Scalar; readonly seconds: number | null } {
  if (operand.kind !== 'literal') throw new Error('a signal in `where` passed the check');
  return operand;
}
