/** The value that a share `level` is at or below, interpolated; sorts `values`. 0 of none. */
export function quantileOf(values: Float64Array, level: number): number {
  values.sort();
  const place = level * (values.length - 1);
  const below = Math.floor(place);
  const low = values[below] ?? 0;
  return low + ((values[below + 1] ?? low) - low) * (place - below);
}
