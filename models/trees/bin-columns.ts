/** The bin of unknown values. */
export const MISSING_BIN = 0;
/** Bins of a column, that of unknown values included: a bin is one byte. */
export const BINS_MAX = 256;
/** Bounds are chosen from so many rows; more make them no better. */
const ROWS_LOOKED_AT = 50_000;

/** Columns of numbers as bins: what trees are grown from. */
export interface BinnedColumns {
  /** One array a column, one byte a row. */
  readonly bins: readonly Uint8Array[];
  /** Per column, ascending: `bounds[i]` is the largest value in bin `i + 1`; what is above the last is in one bin more. */
  readonly bounds: readonly Float64Array[];
}

/**
 * Bounds between values so that bins hold about equally many rows, or one value each if there are few values.
 *
 * @param columns one array a column, NaN or infinite: unknown
 * @param rows the rows that bounds are chosen from; all rows are binned
 */
export function binColumns(columns: readonly Float64Array[], rows: Int32Array): BinnedColumns {
  const bounds = columns.map((column) => boundsOf(column, rows));
  return {
    bounds,
    bins: columns.map((column, index) => binsOf(column, bounds[index] ?? new Float64Array(0))),
  };
}

function boundsOf(column: Float64Array, rows: Int32Array): Float64Array {
  const sorted = knownValues(column, rows).sort();
  const bounds: number[] = [];
  const boundsMax = BINS_MAX - 2;
  const runs = distinctRuns(sorted);
  const isFew = runs.length <= boundsMax + 1;
  let inBin = 0;
  let left = sorted.length;
  for (let index = 0; index + 1 < runs.length && bounds.length < boundsMax; index++) {
    const { value, count } = runs[index] ?? { value: 0, count: 0 };
    inBin += count;
    if (!isFew && inBin < left / (boundsMax + 1 - bounds.length)) continue;
    bounds.push(between(value, runs[index + 1]?.value ?? value));
    left -= inBin;
    inBin = 0;
  }
  return Float64Array.from(bounds);
}

function knownValues(column: Float64Array, rows: Int32Array): Float64Array {
  const stride = Math.max(1, Math.ceil(rows.length / ROWS_LOOKED_AT));
  const values = new Float64Array(Math.ceil(rows.length / stride));
  let count = 0;
  for (let index = 0; index < rows.length; index += stride) {
    const value = column[rows[index] ?? 0] ?? Number.NaN;
    if (Number.isFinite(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function distinctRuns(sorted: Float64Array): { value: number; count: number }[] {
  const runs: { value: number; count: number }[] = [];
  let start = 0;
  for (let index = 1; index <= sorted.length; index++) {
    const value = sorted[start] ?? 0;
    if (index < sorted.length && sorted[index] === value) continue;
    runs.push({ value, count: index - start });
    start = index;
  }
  return runs;
}

/** A number from `low` up to below `high`, with as few digits as can be. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  for (let digits = 3; digits <= 15; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded >= low && rounded < high) return rounded;
  }
  return low;
}

function binsOf(column: Float64Array, bounds: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < bins.length; row++) bins[row] = binOf(column[row] ?? Number.NaN, bounds);
  return bins;
}

function binOf(value: number, bounds: Float64Array): number {
  if (!Number.isFinite(value)) return MISSING_BIN;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (bounds[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
