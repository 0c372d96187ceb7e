import { type BinnedColumns, MISSING_BIN } from './bin-columns.js';
import { findSplit, leafValueOf, type Split, type SplitLimits } from './find-split.js';
import { type Histogram, HistogramBuilder, histogramSize, subtract } from './histogram.js';
import type { Fit } from './loss.js';
import type { Tree } from './tree.js';

export interface TreeLimits extends SplitLimits {
  readonly leavesMax: number;
  /** Each tree goes this share of the way. */
  readonly learningRate: number;
}

/** A node without children so far; its rows are `order[start]` up to `order[end]`. */
interface Leaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly histogram: Histogram;
  readonly gradients: number;
  readonly curvatures: number;
  readonly split: Split | null;
}

type Nodes = { -readonly [Key in keyof Tree]: number[] };

/**
 * Grows trees leaf by leaf, the best split of all leaves first (H. Shi, "Best-first decision tree learning", 2007), from
 * histograms; of two siblings only the smaller is counted, the other is what is left of the parent (Ke et al., "LightGBM",
 * 2017).
 */
export class TreeGrower {
  readonly #builder: HistogramBuilder;
  readonly #moved: Int32Array;
  readonly #spare: Histogram[] = [];

  constructor(
    private readonly data: BinnedColumns,
    private readonly limits: TreeLimits,
    rowsMax: number,
  ) {
    this.#builder = new HistogramBuilder(data, rowsMax);
    this.#moved = new Int32Array(rowsMax);
  }

  /**
   * @param order the rows to grow from; comes out in another order
   * @param columns those that may be asked, ascending
   * @param leafValue instead of the step that gradients and curvatures suggest; of all steps the learning rate is taken
   */
  grow(
    fit: Fit,
    order: Int32Array,
    columns: Int32Array,
    leafValue?: (fit: Fit, rows: Int32Array) => number,
  ): Tree {
    const nodes: Nodes = { column: [], threshold: [], left: [], missingLeft: [], value: [] };
    const growth = new Growth(this.data, this.limits, this.#builder, this.#moved, this.#spare, {
      fit,
      order,
      columns,
    });
    const leaves = [growth.root()];
    addNode(nodes);
    while (leaves.length < this.limits.leavesMax) {
      const best = bestOf(leaves);
      const leaf = leaves[best];
      if (leaf?.split == null) break;
      const children = growth.part(leaf, leaf.split, nodes.column.length);
      this.#fillNode(nodes, leaf);
      addNode(nodes);
      addNode(nodes);
      leaves.splice(best, 1, ...children);
    }
    for (const leaf of leaves) {
      const step = leafValue?.(fit, order.subarray(leaf.start, leaf.end)) ?? this.#stepOf(leaf);
      nodes.value[leaf.node] = shortened(step * this.limits.learningRate);
      this.#spare.push(leaf.histogram);
    }
    return nodes;
  }

  #fillNode(nodes: Nodes, leaf: Leaf): void {
    const { node, split } = leaf;
    if (split === null) return;
    nodes.left[node] = nodes.column.length;
    nodes.column[node] = split.column;
    nodes.threshold[node] = this.data.bounds[split.column]?.[split.bin - 1] ?? 0;
    nodes.missingLeft[node] = split.missingLeft ? 1 : 0;
    nodes.value[node] = shortened(this.#stepOf(leaf) * this.limits.learningRate);
  }

  #stepOf({ gradients, curvatures }: Leaf): number {
    return leafValueOf(gradients, curvatures, this.limits.shrinkage);
  }
}

/** One tree while it grows. */
class Growth {
  readonly #binCounts: Int32Array;
  #rowsPerCurvature = 1;

  constructor(
    private readonly data: BinnedColumns,
    private readonly limits: TreeLimits,
    private readonly builder: HistogramBuilder,
    private readonly moved: Int32Array,
    private readonly spare: Histogram[],
    private readonly input: { readonly fit: Fit; readonly order: Int32Array; readonly columns: Int32Array },
  ) {
    // The bin of unknown values, one a bound, and one above the last.
    this.#binCounts = input.columns.map((column) => (data.bounds[column]?.length ?? 0) + 2);
  }

  root(): Leaf {
    const { fit, order } = this.input;
    let gradients = 0;
    let curvatures = 0;
    for (const row of order) {
      gradients += fit.gradients[row] ?? 0;
      curvatures += fit.curvatures[row] ?? 0;
    }
    this.#rowsPerCurvature = order.length / curvatures;
    const histogram = this.#histogramOf(0, order.length);
    return this.#leaf({ node: 0, start: 0, end: order.length, histogram, gradients, curvatures });
  }

  /** Makes the two children of a leaf; the left one is node `left`. */
  part(leaf: Leaf, split: Split, left: number): [Leaf, Leaf] {
    const middle = this.#partRows(leaf, split);
    const isLeftSmaller = middle - leaf.start <= leaf.end - middle;
    const small = isLeftSmaller ? this.#histogramOf(leaf.start, middle) : this.#histogramOf(middle, leaf.end);
    subtract(leaf.histogram, small);
    const [leftHistogram, rightHistogram] = isLeftSmaller ? [small, leaf.histogram] : [leaf.histogram, small];
    const sums = this.#sumsOf(leaf.start, middle);
    return [
      this.#leaf({ node: left, start: leaf.start, end: middle, histogram: leftHistogram, ...sums }),
      this.#leaf({
        node: left + 1,
        start: middle,
        end: leaf.end,
        histogram: rightHistogram,
        gradients: leaf.gradients - sums.gradients,
        curvatures: leaf.curvatures - sums.curvatures,
      }),
    ];
  }

  #leaf(leaf: Omit<Leaf, 'split'>): Leaf {
    const isLarge = leaf.end - leaf.start >= 2 * this.limits.rowsPerLeaf;
    const search = {
      ...leaf,
      columns: this.input.columns,
      binCounts: this.#binCounts,
      rowsPerCurvature: this.#rowsPerCurvature,
    };
    return { ...leaf, split: isLarge ? findSplit(search, this.limits) : null };
  }

  #histogramOf(start: number, end: number): Histogram {
    const { fit, order, columns } = this.input;
    const size = histogramSize(columns.length);
    const spare = this.spare.pop();
    const histogram = spare?.length === size ? spare : new Float64Array(size);
    this.builder.build(histogram, columns, order.subarray(start, end), fit);
    return histogram;
  }

  #sumsOf(start: number, end: number): { gradients: number; curvatures: number } {
    const { fit, order } = this.input;
    let gradients = 0;
    let curvatures = 0;
    for (let index = start; index < end; index++) {
      const row = order[index] ?? 0;
      gradients += fit.gradients[row] ?? 0;
      curvatures += fit.curvatures[row] ?? 0;
    }
    return { gradients, curvatures };
  }

  /** Puts the rows that go left before the others, each in the order they had; gives where the others begin. */
  #partRows({ start, end }: Leaf, { column, bin, missingLeft }: Split): number {
    const { order } = this.input;
    const bins = this.data.bins[column] ?? new Uint8Array(0);
    let left = start;
    let right = 0;
    for (let index = start; index < end; index++) {
      const row = order[index] ?? 0;
      const own = bins[row] ?? MISSING_BIN;
      if (own === MISSING_BIN ? missingLeft : own <= bin) order[left++] = row;
      else this.moved[right++] = row;
    }
    order.set(this.moved.subarray(0, right), left);
    return left;
  }
}

function addNode(nodes: Nodes): void {
  nodes.column.push(-1);
  nodes.threshold.push(0);
  nodes.left.push(0);
  nodes.missingLeft.push(0);
  nodes.value.push(0);
}

/** The leaf with the largest gain, the first of equals. */
function bestOf(leaves: readonly Leaf[]): number {
  let best = 0;
  for (let index = 1; index < leaves.length; index++) {
    if ((leaves[index]?.split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = index;
  }
  return best;
}

function shortened(value: number): number {
  return Number(value.toPrecision(7));
}
