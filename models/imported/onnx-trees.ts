import {
  type ForestNode,
  type ForestTree,
  faultOf,
  type LeafWeight,
  type NodeTest,
} from './decision-forest.js';
import { ModelFileError } from './imported-model.js';
import type { OnnxAttributes } from './onnx-attributes.js';

const TESTS: Readonly<Record<string, NodeTest>> = {
  BRANCH_LEQ: '<=',
  BRANCH_LT: '<',
  BRANCH_GTE: '>=',
  BRANCH_GT: '>',
  BRANCH_EQ: '==',
  BRANCH_NEQ: '!=',
};

/**
 * The trees of a TreeEnsembleRegressor or -Classifier (onnx/docs/Operators-ml.md). Nodes are listed one after the other,
 * with the tree that each is of; children are named by their number in that tree.
 *
 * @param prefix of the attributes with the leaves' weights: `target` or `class`
 */
export function onnxTrees(
  attributes: OnnxAttributes,
  prefix: 'target' | 'class',
  width: number,
): ForestTree[] {
  const treeIds = attributes.integers('nodes_treeids');
  const nodeIds = attributes.integers('nodes_nodeids');
  const weights = leafWeights(attributes, prefix);
  const rowsOfTree = new Map<number, number[]>();
  treeIds.forEach((tree, row) => {
    const rows = rowsOfTree.get(tree) ?? [];
    rows.push(row);
    rowsOfTree.set(tree, rows);
  });
  const columns = columnsOf(attributes);
  return [...rowsOfTree].map(([tree, rows]) => {
    const built = treeOf(tree, rows, nodeIds, columns, weights);
    const fault = faultOf(built, width);
    if (fault !== null) throw new ModelFileError(`tree ${tree} is broken: ${fault}`);
    return built;
  });
}

/** Whether some node says where unknown numbers go. */
export function tracksMissing(attributes: OnnxAttributes): boolean {
  return attributes.integers('nodes_missing_value_tracks_true').includes(1);
}

/** What each node has, one entry a node, as the attributes list it. */
interface NodeColumns {
  readonly features: readonly number[];
  readonly modes: readonly string[];
  readonly values: readonly number[];
  readonly yes: readonly number[];
  readonly no: readonly number[];
  readonly missingYes: readonly number[];
}

function columnsOf(attributes: OnnxAttributes): NodeColumns {
  return {
    features: attributes.integers('nodes_featureids'),
    modes: attributes.texts('nodes_modes'),
    values: attributes.floats('nodes_values'),
    yes: attributes.integers('nodes_truenodeids'),
    no: attributes.integers('nodes_falsenodeids'),
    missingYes: attributes.integers('nodes_missing_value_tracks_true'),
  };
}

function leafWeights(attributes: OnnxAttributes, prefix: 'target' | 'class'): Map<string, LeafWeight[]> {
  const trees = attributes.integers(`${prefix}_treeids`);
  const nodes = attributes.integers(`${prefix}_nodeids`);
  const sums = attributes.integers(`${prefix}_ids`);
  const weights = new Map<string, LeafWeight[]>();
  attributes.floats(`${prefix}_weights`).forEach((weight, index) => {
    const leaf = `${trees[index]} ${nodes[index]}`;
    const own = weights.get(leaf) ?? [];
    own.push({ sum: sums[index] ?? 0, weight });
    weights.set(leaf, own);
  });
  return weights;
}

function treeOf(
  tree: number,
  rows: readonly number[],
  nodeIds: readonly number[],
  columns: NodeColumns,
  weights: ReadonlyMap<string, readonly LeafWeight[]>,
): ForestTree {
  const isLeaf = (row: number) => columns.modes[row] === 'LEAF';
  const places = new Map<number, number>();
  const leaves: (readonly LeafWeight[])[] = [];
  let inner = 0;
  for (const row of rows) {
    const id = nodeIds[row] ?? -1;
    places.set(id, isLeaf(row) ? -1 - leaves.length : inner++);
    if (isLeaf(row)) leaves.push(weights.get(`${tree} ${id}`) ?? []);
  }
  const placeOf = (id: number | undefined) => places.get(id ?? -1) ?? Number.MAX_SAFE_INTEGER;
  const nodes = rows.filter((row) => !isLeaf(row)).map((row) => nodeOf(row, columns, placeOf));
  return { nodes, root: placeOf(nodeIds[rows[0] ?? -1]), leaves };
}

function nodeOf(row: number, columns: NodeColumns, placeOf: (id: number | undefined) => number): ForestNode {
  const mode = columns.modes[row] ?? '';
  const test = TESTS[mode];
  if (test === undefined) throw new ModelFileError(`the kind of node ${JSON.stringify(mode)} is not read`);
  const yes = placeOf(columns.yes[row]);
  const no = placeOf(columns.no[row]);
  // Comparing with an unknown number is false, and so it is unequal.
  const unknown = columns.missingYes[row] === 1 || test === '!=' ? yes : no;
  const feature = columns.features[row] ?? -1;
  const threshold = columns.values[row] ?? 0;
  return { feature, test, threshold, set: null, yes, no, unknown, isZeroUnknown: false };
}
