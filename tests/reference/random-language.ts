import { NOT_BUILT_YET } from '../../rules/format/not-built-yet.js';
import type { RandomInput } from './random-layout.js';

/**
 * Random rules use what the engine has. For an engine that is learning more, `TOCSIN_LANGUAGE` names what they may use
 * besides: `all`, or a list such as `session,during,slope,active`.
 */
const LEARNING = new Set((process.env['TOCSIN_LANGUAGE'] ?? '').split(','));

/** Rules may use what `loadRules` would refuse. */
export const IS_LEARNING = !LEARNING.has('');

type Lacking = { readonly [K in 'windows' | 'signals' | 'conditions' | 'functions']: ReadonlySet<string> };

export function isBuilt(part: keyof Lacking, name: string): boolean {
  const lacking: Lacking = NOT_BUILT_YET;
  const general = /^p\d/.test(name) ? 'percentile' : name;
  return isLearned(general) || !lacking[part].has(general);
}

/** Schedules, and the readings of derived signals. */
export function hasBuilt(part: 'active' | 'derivedReadings'): boolean {
  const lacking: { readonly [K in typeof part]: boolean } = NOT_BUILT_YET;
  return isLearned(part) || !lacking[part];
}

function isLearned(name: string): boolean {
  return LEARNING.has('all') || LEARNING.has(name);
}

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

const built = (names: readonly string[]): string[] => names.filter((name) => isBuilt('functions', name));

/** Functions of an input whose values are exact on the numbers used here, so that they can be compared with any number. */
export function exactFunctions({ carries, isPooled }: RandomInput): string[] {
  if (carries === 'string')
    return built(isPooled ? OF_TEXTS_ANYWHERE : [...OF_TEXTS_ANYWHERE, ...OF_TEXTS_NOT_POOLED]);
  return built(isPooled ? ANYWHERE : [...ANYWHERE, ...NOT_POOLED]);
}

/** Exact functions of a derived signal, whose values are any numbers. */
export function exactFunctionsOfDerived(): string[] {
  return built(OF_ANY_NUMBERS);
}

/** What two right engines may work out a rounding apart. */
export function roundedFunctions(isPooled: boolean): string[] {
  return built(isPooled ? ROUNDED_ANYWHERE : [...ROUNDED_ANYWHERE, ...ROUNDED_NOT_POOLED]);
}

export function isTimeWeighted(name: string): boolean {
  return ['timeAvg', 'integral', 'duty'].includes(name);
}
