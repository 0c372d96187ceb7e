/** Means are taken over so many rows. */
const SHORT = 5;
const MIDDLE = 15;
/** Rows kept; deviation and slope are taken over them. */
export const LONG = 30;
/** The rows at the beginning of a life that say what is normal for this machine. */
const FIRST = 20;

/** What a history makes of each signal, in this order. */
export const HISTORY_COLUMNS = [
  'now',
  'mean 5',
  'mean 15',
  'mean 30',
  'deviation 30',
  'slope 30',
  'since the first 20',
] as const;

export interface RowHistoryState {
  readonly recent: Float64Array;
  readonly firstMeans: Float64Array;
  readonly firstCounts: Float64Array;
  readonly rows: number;
}

/** The rows of a history that has forgotten them: unknown, and so left out of its windows. */
export function emptyRecent(width: number): Float64Array {
  return new Float64Array(width * LONG).fill(Number.NaN);
}

/**
 * The recent past of some signals of one machine's life, as columns for a model: `HISTORY_COLUMNS` of the first signal,
 * then of the second... Windows are of rows, shorter at the beginning of the life; unknown values (NaN) are left out of
 * them. Bounded: 30 rows are kept.
 */
export class RowHistory {
  /** The last rows, in a ring: one after the other, `width` numbers each. */
  readonly #recent: Float64Array;
  readonly #firstMeans: Float64Array;
  readonly #firstCounts: Float64Array;
  #rows = 0;

  constructor(private readonly width: number) {
    this.#recent = new Float64Array(width * LONG);
    this.#firstMeans = new Float64Array(width);
    this.#firstCounts = new Float64Array(width);
  }

  /** Takes the next row. */
  add(row: Float64Array): void {
    this.#recent.set(row.subarray(0, this.width), (this.#rows % LONG) * this.width);
    this.#rows++;
    if (this.#rows > FIRST) return;
    for (let signal = 0; signal < this.width; signal++) {
      const value = row[signal] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const count = (this.#firstCounts[signal] ?? 0) + 1;
      const mean = this.#firstMeans[signal] ?? 0;
      this.#firstCounts[signal] = count;
      this.#firstMeans[signal] = mean + (value - mean) / count;
    }
  }

  /** Writes the columns as of the last row taken. */
  write(columns: Float64Array): void {
    for (let signal = 0; signal < this.width; signal++) {
      this.#writeSignal(signal, columns, signal * HISTORY_COLUMNS.length);
    }
  }

  /** Begins a new life. */
  restart(): void {
    this.#rows = 0;
    this.#firstMeans.fill(0);
    this.#firstCounts.fill(0);
  }

  save(): RowHistoryState {
    return {
      recent: this.#recent.slice(),
      firstMeans: this.#firstMeans.slice(),
      firstCounts: this.#firstCounts.slice(),
      rows: this.#rows,
    };
  }

  load({ recent, firstMeans, firstCounts, rows }: RowHistoryState): void {
    this.#recent.set(recent);
    this.#firstMeans.set(firstMeans);
    this.#firstCounts.set(firstCounts);
    this.#rows = rows;
  }

  #writeSignal(signal: number, columns: Float64Array, at: number): void {
    const middle = this.#meanOf(signal, MIDDLE);
    const long = this.#meanOf(signal, LONG);
    const isBegun = (this.#firstCounts[signal] ?? 0) > 0;
    columns[at] = this.#back(signal, 0);
    columns[at + 1] = this.#meanOf(signal, SHORT);
    columns[at + 2] = middle;
    columns[at + 3] = long;
    columns[at + 4] = this.#deviation(signal, long);
    columns[at + 5] = this.#slope(signal, long);
    columns[at + 6] = isBegun ? middle - (this.#firstMeans[signal] ?? 0) : Number.NaN;
  }

  /** The value so many rows before the last. */
  #back(signal: number, rows: number): number {
    return this.#recent[((this.#rows - 1 - rows) % LONG) * this.width + signal] ?? Number.NaN;
  }

  #meanOf(signal: number, length: number): number {
    let mean = 0;
    let count = 0;
    for (let rows = 0; rows < length && rows < this.#rows; rows++) {
      const value = this.#back(signal, rows);
      if (!Number.isNaN(value)) mean += (value - mean) / ++count;
    }
    return count === 0 ? Number.NaN : mean;
  }

  #deviation(signal: number, mean: number): number {
    let squares = 0;
    let count = 0;
    for (let rows = 0; rows < LONG && rows < this.#rows; rows++) {
      const value = this.#back(signal, rows);
      if (Number.isNaN(value)) continue;
      squares += (value - mean) ** 2;
      count++;
    }
    return count === 0 ? Number.NaN : Math.sqrt(squares / count);
  }

  /** Least squares, per row. NaN of fewer than two values. */
  #slope(signal: number, mean: number): number {
    let middle = 0;
    let count = 0;
    for (let rows = 0; rows < LONG && rows < this.#rows; rows++) {
      if (!Number.isNaN(this.#back(signal, rows))) middle += (rows - middle) / ++count;
    }
    let products = 0;
    let squares = 0;
    for (let rows = 0; rows < LONG && rows < this.#rows; rows++) {
      const value = this.#back(signal, rows);
      if (Number.isNaN(value)) continue;
      products += (middle - rows) * (value - mean);
      squares += (middle - rows) ** 2;
    }
    return count < 2 ? Number.NaN : products / squares;
  }
}
