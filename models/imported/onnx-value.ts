/** What flows between operators: the numbers of one row, and what they are called, where they have names. */
export interface OnnxValue {
  readonly numbers: Float64Array;
  /** Of a classifier's scores: the labels; of a label: all that there are. */
  readonly labels: readonly (string | number)[] | null;
  /** The number is a place in `labels`. */
  readonly isLabel: boolean;
}
