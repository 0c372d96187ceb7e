import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * Makes correlated deviations comparable: the Mahalanobis distance by the Cholesky factor of a correlation matrix
 * (Mahalanobis, "On the generalised distance in statistics", 1936). Rows are lower triangular, one after another.
 */
export class Whitening {
  readonly #factor: Float64Array;
  readonly #white: Float64Array;
  readonly #weights: Float64Array;

  constructor(private readonly width: number) {
    this.#factor = new Float64Array((width * (width + 1)) / 2);
    this.#white = new Float64Array(width);
    this.#weights = new Float64Array(width);
  }

  /**
   * Learns from deviations in standard deviations, `width` a row. The matrix is shrunk towards no correlation just so far
   * that signals which are copies of each other do no harm.
   */
  fit(rows: Float64Array): void {
    const { width } = this;
    const count = rows.length / width;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let at = 0; at < rows.length; at += width) sum += (rows[at + a] ?? 0) * (rows[at + b] ?? 0);
        this.#factor[place(a, b)] = sum / count + (a === b ? RIDGE : 0);
      }
    }
    this.#factorize();
  }

  /** In place: Golub, Van Loan, "Matrix Computations", algorithm 4.2.1. */
  #factorize(): void {
    const factor = this.#factor;
    for (let a = 0; a < this.width; a++) {
      for (let b = 0; b <= a; b++) {
        let rest = factor[place(a, b)] ?? 0;
        for (let k = 0; k < b; k++) rest -= (factor[place(a, k)] ?? 0) * (factor[place(b, k)] ?? 0);
        // The ridge keeps pivots above it, but for rounding.
        factor[place(a, b)] = a === b ? Math.sqrt(Math.max(rest, RIDGE)) : rest / (factor[place(b, b)] ?? 1);
      }
    }
  }

  /** The Mahalanobis distance of a deviation from none; width²/2 multiplications. */
  distance(deviation: Float64Array): number {
    let squares = 0;
    let at = 0;
    for (let a = 0; a < this.width; a++) {
      let rest = deviation[a] ?? 0;
      for (let b = 0; b < a; b++) rest -= (this.#factor[at++] ?? 0) * (this.#white[b] ?? 0);
      const value = rest / (this.#factor[at++] ?? 1);
      this.#white[a] = value;
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** Which signal contributes most to the distance, by the share that would vanish with its deviation. */
  largestContribution(deviation: Float64Array): number {
    this.distance(deviation);
    // Backward substitution: weights = (factor · factorᵀ)⁻¹ · deviation.
    for (let a = this.width - 1; a >= 0; a--) {
      let rest = this.#white[a] ?? 0;
      for (let b = a + 1; b < this.width; b++)
        rest -= (this.#factor[place(b, a)] ?? 0) * (this.#weights[b] ?? 0);
      this.#weights[a] = rest / (this.#factor[place(a, a)] ?? 1);
    }
    let largest = 0;
    for (let a = 1; a < this.width; a++) {
      const of = (index: number) => (deviation[index] ?? 0) * (this.#weights[index] ?? 0);
      if (of(a) > of(largest)) largest = a;
    }
    return largest;
  }

  save(writer: StateWriter): void {
    writer.put(this.#factor.slice());
  }

  load(reader: StateReader): void {
    this.#factor.set(reader.numbers());
  }
}

const RIDGE = 0.002;

/** Of element (a, b), b ≤ a. */
function place(a: number, b: number): number {
  return (a * (a + 1)) / 2 + b;
}
