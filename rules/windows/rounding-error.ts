/** What rounding cut off of a + b, exactly (Knuth's TwoSum). @param sum a + b as it was rounded */
export function roundingError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}
