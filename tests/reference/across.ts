import type { Scalar } from '../../rules/reading.js';
import type { AcrossFunction } from '../../rules/rule.js';
import * as statistics from './statistics.js';

/** A function over the latest values of the series of a pool; of nothing, `count` and `sum` are 0. */
export function across(name: AcrossFunction, values: readonly Scalar[]): number | null {
  if (name === 'count') return values.length;
  if (values.some((value) => typeof value === 'string')) return null;
  const numbers = values.map(Number);
  if (name === 'sum') return statistics.sum(numbers);
  if (numbers.length === 0) return null;
  switch (name) {
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
    case 'avg':
      return statistics.mean(numbers);
    case 'median':
      return statistics.percentile(numbers, 50);
    case 'range':
      return Math.max(...numbers) - Math.min(...numbers);
    case 'stddev':
      return Math.sqrt(statistics.variance(numbers));
  }
}
