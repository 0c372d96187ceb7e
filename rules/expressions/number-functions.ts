import type { ScalarFunction } from '../expression.js';
import type { NumberClosure } from './compile-expression.js';

type NumberFunctionName = Exclude<ScalarFunction, 'bit' | 'isKnown' | 'coalesce'>;

const OF_ONE: Partial<Record<NumberFunctionName, (x: number) => number>> = {
  abs: Math.abs,
  // Halves go up, also below zero: -2.5 gives -2.
  round: Math.round,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
  log: Math.log,
  exp: Math.exp,
};

/** `abs min max round floor ceil sqrt log exp clamp` over numbers; NaN (unknown) in any argument gives NaN. */
export function numberFunction(name: NumberFunctionName, args: readonly NumberClosure[]): NumberClosure {
  const ofOne = OF_ONE[name];
  const [first = unknown, second = unknown, third = unknown] = args;
  if (ofOne !== undefined) return (slots) => finite(ofOne(first(slots)));
  switch (name) {
    case 'min':
      return fold(args, Math.min);
    case 'max':
      return fold(args, Math.max);
    case 'clamp':
      return (slots) => Math.min(Math.max(first(slots), second(slots)), third(slots));
    default:
      throw new Error(`function ${name} has no operator`);
  }
}

/** `Math.min` and `Math.max` hand NaN on. */
function fold(args: readonly NumberClosure[], combine: (a: number, b: number) => number): NumberClosure {
  const [first = unknown, ...others] = args;
  return (slots) => {
    let result = first(slots);
    for (let i = 0; i < others.length; i++) result = combine(result, others[i]?.(slots) ?? Number.NaN);
    return result;
  };
}

function unknown(): number {
  return Number.NaN;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
