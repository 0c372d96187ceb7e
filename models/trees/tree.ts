/**
 * A binary decision tree in arrays, one entry a node; node 0 is the root. The children of a node are neighbours, and come
 * after it. Plain arrays, as a tree is written to JSON; numbers have at most 7 digits, so that the text is short and what
 * is read gives the same scores.
 *
 * Example, `x1 <= 2.5 ? -0.1 : 0.3` with unknown values to the right:
 * `{ column: [1, -1, -1], threshold: [2.5, 0, 0], left: [1, 0, 0], missingLeft: [0, 0, 0], value: [0.1, -0.1, 0.3] }`
 */
export interface Tree {
  /** The column a node asks; -1: a leaf. */
  readonly column: readonly number[];
  /** Values up to and including this go left. */
  readonly threshold: readonly number[];
  /** The left child; the right one is the next node. */
  readonly left: readonly number[];
  /** 1: unknown values (NaN) go left. */
  readonly missingLeft: readonly number[];
  /** Of a leaf: what it adds. Of another node: what it would add as a leaf, for `addContributions`. */
  readonly value: readonly number[];
}

/** A score is `start` and what each tree adds. */
export interface TreeEnsemble {
  readonly start: number;
  readonly trees: readonly Tree[];
}

/** @param row one value a column, NaN: unknown */
export function scoreOf({ start, trees }: TreeEnsemble, row: Float64Array): number {
  let score = start;
  for (let index = 0; index < trees.length; index++) {
    const tree = trees[index];
    if (tree !== undefined) score += tree.value[leafOf(tree, row)] ?? 0;
  }
  return score;
}

/**
 * Adds to `contributions`, one a column, by how much the column moved the score: at each node on the way to a leaf, the
 * change of value goes to the column asked (A. Saabas, "Interpreting random forests", 2014). They sum to the score less
 * the values of the roots and `start`.
 */
export function addContributions(
  { trees }: TreeEnsemble,
  row: Float64Array,
  contributions: Float64Array,
): void {
  for (const tree of trees) {
    let node = 0;
    for (let column = tree.column[0] ?? -1; column >= 0; column = tree.column[node] ?? -1) {
      const child = childOf(tree, node, row[column] ?? Number.NaN);
      const change = (tree.value[child] ?? 0) - (tree.value[node] ?? 0);
      contributions[column] = (contributions[column] ?? 0) + change;
      node = child;
    }
  }
}

function leafOf(tree: Tree, row: Float64Array): number {
  let node = 0;
  for (let column = tree.column[0] ?? -1; column >= 0; column = tree.column[node] ?? -1) {
    node = childOf(tree, node, row[column] ?? Number.NaN);
  }
  return node;
}

function childOf(tree: Tree, node: number, value: number): number {
  const left = tree.left[node] ?? 0;
  if (value <= (tree.threshold[node] ?? 0)) return left;
  return Number.isNaN(value) && tree.missingLeft[node] === 1 ? left : left + 1;
}
