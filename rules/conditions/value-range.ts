/** A closed interval of numbers. */
export class ValueRange {
  low = Number.NEGATIVE_INFINITY;
  high = Number.POSITIVE_INFINITY;

  /** Holds every number again. */
  reset(): void {
    this.low = Number.NEGATIVE_INFINITY;
    this.high = Number.POSITIVE_INFINITY;
  }

  atLeast(low: number): void {
    if (low > this.low) this.low = low;
  }

  atMost(high: number): void {
    if (high < this.high) this.high = high;
  }

  /** Numbers just above the limit are left out: who is asked about them looks closer. */
  above(limit: number): void {
    this.atLeast(limit + closeTo(limit));
  }

  below(limit: number): void {
    this.atMost(limit - closeTo(limit));
  }
}

/** At least the distance to the next number, so that a number and this add up to another one. */
function closeTo(limit: number): number {
  return Math.max(Math.abs(limit) * Number.EPSILON, Number.MIN_VALUE);
}
