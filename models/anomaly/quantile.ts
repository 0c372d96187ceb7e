/** The value that a share of the values is not above: the nearest rank. 0 of nothing. Sorts the values. */
export function sortingQuantile(values: Float64Array, share: number): number {
  values.sort();
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
}
