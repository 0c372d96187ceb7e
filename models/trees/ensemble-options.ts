import type { BinnedColumns } from './bin-columns.js';
import type { TreeLimits } from './grow-tree.js';

export interface EnsembleOptions extends TreeLimits {
  readonly trees: number;
  /** Each tree sees so much of the rows, drawn anew, and of the columns. */
  readonly rowShare: number;
  readonly columnShare: number;
  readonly seed: number;
}

/** What trees are grown from. */
export interface LearningRows {
  readonly data: BinnedColumns;
  /** One a row of the data; only those of `rows` are looked at. */
  readonly labels: Float64Array;
  /** The rows to learn from. */
  readonly rows: Int32Array;
}

/** The columns that can be parted. */
export function tellingColumns({ bounds }: BinnedColumns): Int32Array {
  return Int32Array.from(bounds.flatMap((own, column) => (own.length > 0 ? [column] : [])));
}
