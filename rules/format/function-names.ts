import type { ScalarFunction } from '../expression.js';
import type { AcrossFunction, AggregateFunction } from '../rule.js';

type NamedFunction = Exclude<AggregateFunction, 'percentile'>;

/** What a function must be told beside its window. */
export type FunctionOption = 'none' | 'per' | 'ahead' | 'limit';

/** What is particular about an aggregate function (rule reference, section 3). */
interface FunctionTraits {
  /** The kind of its value; `same`: that of its signal. */
  readonly gives: 'number' | 'same';
  /** Whether texts can be aggregated. */
  readonly takesText: boolean;
  /** Whether it may run over a pooled input, whose readings have no one before them. */
  readonly pools: boolean;
  /** Time-weighted: holds values between readings, so that a window of a number of readings has no meaning. */
  readonly isTimeWeighted: boolean;
  readonly option: FunctionOption;
}

const PLAIN: FunctionTraits = {
  gives: 'number',
  takesText: false,
  pools: false,
  isTimeWeighted: false,
  option: 'none',
};
const POOLS: FunctionTraits = { ...PLAIN, pools: true };

export const AGGREGATE_TRAITS: Readonly<Record<AggregateFunction, FunctionTraits>> = {
  count: { ...POOLS, takesText: true },
  sum: POOLS,
  avg: POOLS,
  min: POOLS,
  max: POOLS,
  range: POOLS,
  first: { ...PLAIN, gives: 'same', takesText: true },
  last: { ...PLAIN, gives: 'same', takesText: true },
  delta: PLAIN,
  stddev: POOLS,
  variance: POOLS,
  median: POOLS,
  percentile: POOLS,
  rms: POOLS,
  mad: POOLS,
  zscore: PLAIN,
  increase: PLAIN,
  rate: { ...PLAIN, option: 'per' },
  changes: { ...PLAIN, takesText: true },
  distinct: { ...POOLS, takesText: true },
  slope: { ...PLAIN, option: 'per' },
  predict: { ...PLAIN, option: 'ahead' },
  timeTo: { ...PLAIN, option: 'limit' },
  timeAvg: { ...PLAIN, isTimeWeighted: true },
  integral: { ...PLAIN, isTimeWeighted: true, option: 'per' },
  duty: { ...PLAIN, isTimeWeighted: true },
};

export interface FunctionName {
  readonly function: AggregateFunction;
  /** For `percentile`. */
  readonly percent: number | null;
}

/** What a key such as `avg` or `p95` stands for; `null` if it names no aggregate function. */
export function aggregateFunction(key: string): FunctionName | null {
  return AGGREGATE_NAMES.get(key) ?? null;
}

/** In order of the rule reference: the named ones, then `p1` … `p99`, `p99.9`. */
export const AGGREGATE_NAMES: ReadonlyMap<string, FunctionName> = new Map([
  ...namedFunctions().map((name): [string, FunctionName] => [name, { function: name, percent: null }]),
  ...Array.from({ length: 99 }, (_, index): [string, FunctionName] => percentile(index + 1)),
  percentile(99.9),
]);

function namedFunctions(): NamedFunction[] {
  return Object.keys(AGGREGATE_TRAITS).filter((name): name is NamedFunction => name !== 'percentile');
}

function percentile(percent: number): [string, FunctionName] {
  return [`p${percent}`, { function: 'percentile', percent }];
}

const ACROSS: Readonly<Record<AcrossFunction, true>> = {
  min: true,
  max: true,
  avg: true,
  sum: true,
  count: true,
  median: true,
  range: true,
  stddev: true,
};

export function isAcrossFunction(name: string): name is AcrossFunction {
  return Object.hasOwn(ACROSS, name);
}

export const ACROSS_FUNCTIONS: readonly string[] = Object.keys(ACROSS);

/** The functions of expressions with the number of arguments they take (rule reference, section 5). */
export const SCALAR_FUNCTIONS: Readonly<
  Record<ScalarFunction, { least: number; most: number; usage: string }>
> = {
  abs: { least: 1, most: 1, usage: 'abs(x)' },
  min: { least: 2, most: Number.POSITIVE_INFINITY, usage: "min(a, b) or min(signal, '5m')" },
  max: { least: 2, most: Number.POSITIVE_INFINITY, usage: "max(a, b) or max(signal, '5m')" },
  round: { least: 1, most: 1, usage: 'round(x)' },
  floor: { least: 1, most: 1, usage: 'floor(x)' },
  ceil: { least: 1, most: 1, usage: 'ceil(x)' },
  sqrt: { least: 1, most: 1, usage: 'sqrt(x)' },
  log: { least: 1, most: 1, usage: 'log(x)' },
  exp: { least: 1, most: 1, usage: 'exp(x)' },
  clamp: { least: 3, most: 3, usage: 'clamp(x, low, high)' },
  bit: { least: 2, most: 2, usage: 'bit(x, n)' },
  isKnown: { least: 1, most: 1, usage: 'isKnown(signal)' },
  coalesce: { least: 2, most: 2, usage: 'coalesce(a, b)' },
};

export function isScalarFunction(name: string): name is ScalarFunction {
  return Object.hasOwn(SCALAR_FUNCTIONS, name);
}
