/** How a node asks: is the number so to the threshold, or one of a set? */
export type NodeTest = '<=' | '<' | '>=' | '>' | '==' | '!=' | 'in';

/** A node of a tree of another maker. Children below 0 are leaves: `-1 - leaf`. */
export interface ForestNode {
  readonly feature: number;
  readonly test: NodeTest;
  readonly threshold: number;
  /** For `in`: whole numbers. */
  readonly set: ReadonlySet<number> | null;
  /** Where a number goes that passes, one that does not, and one that is unknown. */
  readonly yes: number;
  readonly no: number;
  readonly unknown: number;
  /** Zero counts as unknown. */
  readonly isZeroUnknown: boolean;
}

export interface ForestTree {
  readonly nodes: readonly ForestNode[];
  /** The first child asked: 0, or a leaf if there are no nodes. */
  readonly root: number;
  /** What each leaf adds to which sums. */
  readonly leaves: readonly (readonly LeafWeight[])[];
}

export interface LeafWeight {
  readonly sum: number;
  readonly weight: number;
}

/** So near to nothing is zero, where zero is unknown (LightGBM's kZeroThreshold). */
const ZERO = Math.fround(1e-35);

/**
 * Adds what the leaves of all trees have to `sums`, each step rounded as the maker does.
 *
 * @param weighed gets a 1 where something was added, be it 0
 */
export function addLeaves(
  trees: readonly ForestTree[],
  row: Float64Array,
  sums: Float64Array,
  round: (value: number) => number,
  weighed: Uint8Array | null = null,
): void {
  for (const tree of trees) {
    let place = tree.root;
    while (place >= 0) {
      const node = tree.nodes[place];
      // Checked when the tree was read: children are there, and come after their parent.
      if (node === undefined) return;
      place = childOf(node, row[node.feature] ?? Number.NaN);
    }
    for (const { sum, weight } of tree.leaves[-1 - place] ?? []) {
      sums[sum] = round((sums[sum] ?? 0) + weight);
      if (weighed !== null) weighed[sum] = 1;
    }
  }
}

function childOf(node: ForestNode, value: number): number {
  if (Number.isNaN(value)) return node.unknown;
  if (node.isZeroUnknown && Math.abs(value) <= ZERO) return node.unknown;
  return passes(node, value) ? node.yes : node.no;
}

function passes({ test, threshold, set }: ForestNode, value: number): boolean {
  switch (test) {
    case '<=':
      return value <= threshold;
    case '<':
      return value < threshold;
    case '>=':
      return value >= threshold;
    case '>':
      return value > threshold;
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold;
    case 'in':
      return set?.has(Math.trunc(value)) ?? false;
  }
}

/** What is wrong with a tree: a child that is not there, or a way that has no end; null: nothing. */
export function faultOf({ nodes, root, leaves }: ForestTree, width: number): string | null {
  const seen = new Set<number>();
  const open = [root];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place < 0) {
      if (leaves[-1 - place] === undefined) return `there is no leaf ${-1 - place}`;
      continue;
    }
    const node = nodes[place];
    if (node === undefined) return `there is no node ${place}`;
    if (seen.has(place)) return `node ${place} is reached twice`;
    if (!(node.feature >= 0 && node.feature < width)) return `there is no feature ${node.feature}`;
    seen.add(place);
    open.push(node.yes, node.no);
  }
  return null;
}
