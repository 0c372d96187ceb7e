import type { RandomInput } from './random-layout.js';

const ANYWHERE = ['count', 'sum', 'avg', 'min', 'max', 'range', 'median', 'p25', 'p75', 'mad', 'distinct'];
const NOT_POOLED = ['first', 'last', 'delta', 'increase', 'changes'];
const OF_TEXTS_ANYWHERE = ['count', 'distinct'];
const OF_TEXTS_NOT_POOLED = ['first', 'last', 'changes'];
/** Exact also on values that are not: what picks a value, compares values, or does one operation on two. */
const OF_ANY_NUMBERS = ['count', 'min', 'max', 'range', 'first', 'last', 'delta', 'changes', 'distinct'];
const ROUNDED_ANYWHERE = ['stddev', 'variance', 'rms', 'p90', 'p99.9'];
const ROUNDED_NOT_POOLED = [
  'rate',
  'zscore',
  'slope',
  'predict',
  'timeTo',
  ...['timeAvg', 'integral', 'duty'],
];

/** Functions of an input whose values are exact on the numbers used here, so that they can be compared with any number. */
export function exactFunctions({ carries, isPooled }: RandomInput): string[] {
  if (carries === 'string')
    return isPooled ? OF_TEXTS_ANYWHERE : [...OF_TEXTS_ANYWHERE, ...OF_TEXTS_NOT_POOLED];
  return isPooled ? ANYWHERE : [...ANYWHERE, ...NOT_POOLED];
}

/** Exact functions of a derived signal, whose values are any numbers. */
export function exactFunctionsOfDerived(): string[] {
  return OF_ANY_NUMBERS;
}

/** What two right engines may work out a rounding apart. */
export function roundedFunctions(isPooled: boolean): string[] {
  return isPooled ? ROUNDED_ANYWHERE : [...ROUNDED_ANYWHERE, ...ROUNDED_NOT_POOLED];
}

export function isTimeWeighted(name: string): boolean {
  return ['timeAvg', 'integral', 'duty'].includes(name);
}
