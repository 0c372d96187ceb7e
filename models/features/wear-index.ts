/**
 * One number out of all signals, that goes with what is to be predicted: what they have in common stays, and the noise of
 * each averages out before windows look at it. Linear, and so the same for all machines (see docs/models/remaining-life.md).
 */
export interface WearIndex {
  /** The mean of each signal: what stands for an unknown one. */
  readonly centres: readonly number[];
  readonly weights: readonly number[];
}

/** Keeps signals that go together from being weighed against each other; a share of the variance of each. */
const RIDGE = 1e-3;

/** NaN counts as the mean. */
export function wearOf({ centres, weights }: WearIndex, signals: Float64Array): number {
  let sum = 0;
  for (let signal = 0; signal < weights.length; signal++) {
    const off = (signals[signal] ?? Number.NaN) - (centres[signal] ?? 0);
    if (!Number.isNaN(off)) sum += (weights[signal] ?? 0) * off;
  }
  return sum;
}

/**
 * Sums of rows from which an index can be fitted (Hoerl and Kennard, "Ridge regression", 1970), to all of them or to all but
 * those of one part.
 */
export class WearSums {
  readonly #parts: readonly PartSums[];

  /** @param centres about where signals are, so that sums of squares stay small */
  constructor(
    private readonly centres: Float64Array,
    parts: number,
  ) {
    this.#parts = Array.from({ length: parts }, () => new PartSums(centres.length));
  }

  /** Takes a row; a label that is not known (NaN) counts for nothing. */
  add(part: number, signals: Float64Array, label: number): void {
    if (Number.isNaN(label)) return;
    const off = signals.map((value, signal) => {
      const own = value - (this.centres[signal] ?? 0);
      return Number.isFinite(own) ? own : 0;
    });
    this.#parts[part]?.add(off, label);
  }

  /** @param without the part that is left out; null: none is */
  index(without: number | null): WearIndex {
    const width = this.centres.length;
    const sums = new PartSums(width);
    for (const [part, own] of this.#parts.entries()) if (part !== without) sums.addAll(own);
    return { centres: rounded(this.centres), weights: rounded(sums.weights()) };
  }
}

/** Sums over rows: of signals, of their products with each other and with the label. */
class PartSums {
  #rows = 0;
  #labels = 0;
  readonly #signals: Float64Array;
  readonly #products: Float64Array;
  readonly #withLabel: Float64Array;

  constructor(private readonly width: number) {
    this.#signals = new Float64Array(width);
    this.#products = new Float64Array(width * width);
    this.#withLabel = new Float64Array(width);
  }

  add(row: Float64Array, label: number): void {
    this.#rows++;
    this.#labels += label;
    for (let a = 0; a < this.width; a++) {
      const value = row[a] ?? 0;
      this.#signals[a] = (this.#signals[a] ?? 0) + value;
      this.#withLabel[a] = (this.#withLabel[a] ?? 0) + value * label;
      const at = a * this.width;
      for (let b = 0; b <= a; b++)
        this.#products[at + b] = (this.#products[at + b] ?? 0) + value * (row[b] ?? 0);
    }
  }

  addAll(other: PartSums): void {
    this.#rows += other.#rows;
    this.#labels += other.#labels;
    addTo(this.#signals, other.#signals);
    addTo(this.#products, other.#products);
    addTo(this.#withLabel, other.#withLabel);
  }

  /** Of signals as they are; 0 of those that never change. */
  weights(): Float64Array {
    const { width } = this;
    const mean = (signal: number) => (this.#signals[signal] ?? 0) / this.#rows;
    const covariance = (a: number, b: number) =>
      (this.#products[a * width + b] ?? 0) / this.#rows - mean(a) * mean(b);
    const scales = Float64Array.from({ length: width }, (_, signal) =>
      Math.sqrt(Math.max(0, covariance(signal, signal))),
    );
    const scaled = (value: number, ...signals: number[]) => {
      const scale = signals.reduce((product, signal) => product * (scales[signal] ?? 0), 1);
      return scale > 0 ? value / scale : 0;
    };
    const matrix = new Float64Array(width * width);
    const right = new Float64Array(width);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) matrix[a * width + b] = scaled(covariance(a, b), a, b);
      matrix[a * width + a] = 1 + RIDGE;
      right[a] = scaled((this.#withLabel[a] ?? 0) / this.#rows - mean(a) * (this.#labels / this.#rows), a);
    }
    return solved(matrix, right).map((weight, signal) => scaled(weight, signal));
  }
}

/** Solves for a matrix of which the lower half is given, positive definite (Cholesky). Both are written over. */
function solved(matrix: Float64Array, right: Float64Array): Float64Array {
  const width = right.length;
  const at = (row: number, column: number) => matrix[row * width + column] ?? 0;
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = at(row, column);
      for (let before = 0; before < column; before++) sum -= at(row, before) * at(column, before);
      matrix[row * width + column] =
        column === row ? Math.sqrt(Math.max(sum, RIDGE)) : sum / at(column, column);
    }
    let sum = right[row] ?? 0;
    for (let before = 0; before < row; before++) sum -= at(row, before) * (right[before] ?? 0);
    right[row] = sum / at(row, row);
  }
  for (let row = width - 1; row >= 0; row--) {
    let sum = right[row] ?? 0;
    for (let after = row + 1; after < width; after++) sum -= at(after, row) * (right[after] ?? 0);
    right[row] = sum / at(row, row);
  }
  return right;
}

function addTo(sums: Float64Array, others: Float64Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (others[index] ?? 0);
}

/** So that artefacts are short; NaN and infinities have no place in JSON. */
function rounded(numbers: Float64Array): number[] {
  return Array.from(numbers, (number) => (Number.isFinite(number) ? Number(number.toPrecision(9)) : 0));
}
