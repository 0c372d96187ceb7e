import { BINS_MAX, type BinnedColumns } from './bin-columns.js';

/** Numbers of a column in a histogram: the sums of gradients and of curvatures in each bin, side by side. */
const COLUMN_SIZE = 2 * BINS_MAX;

/** Sums of gradients and curvatures of some rows, per column taken and bin; see `sumAt`. */
export type Histogram = Float64Array;

/** How many numbers a histogram of so many columns has. */
export function histogramSize(columns: number): number {
  return columns * COLUMN_SIZE;
}

/** Where the two sums of a bin are: gradients there, curvatures behind. `place` counts the columns taken. */
export function sumAt(place: number, bin: number): number {
  return place * COLUMN_SIZE + 2 * bin;
}

/** Makes histograms of the same rows in several columns. */
export class HistogramBuilder {
  readonly #gradients: Float64Array;
  readonly #curvatures: Float64Array;

  constructor(
    private readonly data: BinnedColumns,
    rowsMax: number,
  ) {
    this.#gradients = new Float64Array(rowsMax);
    this.#curvatures = new Float64Array(rowsMax);
  }

  /** Writes into `histogram`, which may hold anything. */
  build(
    histogram: Histogram,
    columns: Int32Array,
    rows: Int32Array,
    { gradients, curvatures }: { readonly gradients: Float64Array; readonly curvatures: Float64Array },
  ): void {
    // Gathered once for all columns, each of which then reads them in order.
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] ?? 0;
      this.#gradients[index] = gradients[row] ?? 0;
      this.#curvatures[index] = curvatures[row] ?? 0;
    }
    histogram.fill(0);
    for (let place = 0; place < columns.length; place++) {
      const bins = this.data.bins[columns[place] ?? 0];
      if (bins !== undefined)
        addRows(histogram, sumAt(place, 0), bins, rows, this.#gradients, this.#curvatures);
    }
  }
}

/** The innermost loop of training: plain arguments, nothing allocated. */
function addRows(
  histogram: Histogram,
  start: number,
  bins: Uint8Array,
  rows: Int32Array,
  gradients: Float64Array,
  curvatures: Float64Array,
): void {
  for (let index = 0; index < rows.length; index++) {
    const at = start + 2 * (bins[rows[index] ?? 0] ?? 0);
    histogram[at] = (histogram[at] ?? 0) + (gradients[index] ?? 0);
    histogram[at + 1] = (histogram[at + 1] ?? 0) + (curvatures[index] ?? 0);
  }
}

/** Leaves in `histogram` what it has more than `part`. */
export function subtract(histogram: Histogram, part: Histogram): void {
  for (let index = 0; index < histogram.length; index++) {
    histogram[index] = (histogram[index] ?? 0) - (part[index] ?? 0);
  }
}
