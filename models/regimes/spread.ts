/** NaN are left out. 0 of nothing. */
export function mean(values: Iterable<number>): number {
  return spreadOf(values).mean;
}

/** Of a population; NaN are left out. 0 of nothing. Welford's method ("Note on a method", 1962). */
export function variance(values: Iterable<number>): number {
  const { count, squares } = spreadOf(values);
  return count === 0 ? 0 : squares / count;
}

function spreadOf(values: Iterable<number>): { count: number; mean: number; squares: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const change = value - mean;
    mean += change / ++count;
    squares += change * (value - mean);
  }
  return { count, mean, squares };
}
