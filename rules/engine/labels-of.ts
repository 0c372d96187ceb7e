import type { Rule } from '../rule.js';

/** In `groupBy` order, then the fixed ones. */
export function labelsOf({ groupBy, labels }: Rule, labelValues: readonly string[]): Record<string, string> {
  const grouped = groupBy.map((name, index) => [name, labelValues[index] ?? ''] as const);
  return Object.fromEntries([...grouped, ...labels.map(({ name, value }) => [name, value] as const)]);
}
