import { z } from 'zod';
import type { Scalar } from '../../rules/reading.js';
import type { OutputShape } from '../scorer.js';
import { addLeaves, type ForestNode, type ForestTree, faultOf } from './decision-forest.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import { logistic, transform } from './post-transform.js';
import { outputShapes } from './prediction-outputs.js';

const numbers = z.array(z.number());

const tree = z.object({
  left_children: numbers,
  right_children: numbers,
  split_indices: numbers,
  split_conditions: numbers,
  // Older versions write booleans.
  default_left: z.array(z.union([z.number(), z.boolean()])),
  split_type: numbers.optional(),
  categories: numbers.optional(),
  categories_nodes: numbers.optional(),
  categories_segments: numbers.optional(),
  categories_sizes: numbers.optional(),
  tree_param: z.object({ size_leaf_vector: z.string().optional() }).optional(),
});

const trees = z.object({
  trees: z.array(tree),
  tree_info: numbers,
});

const file = z.object({
  learner: z.object({
    objective: z.object({ name: z.string() }),
    learner_model_param: z.object({
      base_score: z.string(),
      num_class: z.string(),
      num_feature: z.string(),
      num_target: z.string().optional(),
    }),
    gradient_booster: z.object({
      name: z.string(),
      model: trees.optional(),
      gbtree: z.object({ model: trees }).optional(),
      weight_drop: numbers.optional(),
    }),
  }),
});

type XgboostTree = z.output<typeof tree>;

/** From margins to predictions, and from the base score back to a margin. */
interface Link {
  readonly margin: (base: number) => number;
  readonly predict: (sums: Float64Array) => void;
}

const each = (change: (margin: number) => number) => (sums: Float64Array) => {
  sums.set(sums.map(change));
};
const IDENTITY: Link = { margin: (base) => base, predict: () => {} };
const LOGISTIC: Link = { margin: (base) => Math.log(base / (1 - base)), predict: each(logistic) };
const EXPONENTIAL: Link = { margin: Math.log, predict: each(Math.exp) };
const SOFTMAX: Link = { margin: (base) => base, predict: (sums) => transform('SOFTMAX', sums) };

const LINKS: ReadonlyMap<string, Link> = new Map([
  ...['squarederror', 'absoluteerror', 'pseudohubererror', 'quantileerror', 'squaredlogerror'].map(
    (name) => [`reg:${name}`, IDENTITY] as const,
  ),
  ...['binary:logitraw', 'rank:pairwise', 'rank:ndcg', 'rank:map'].map((name) => [name, IDENTITY] as const),
  ...['binary:logistic', 'reg:logistic'].map((name) => [name, LOGISTIC] as const),
  ...['count:poisson', 'reg:gamma', 'reg:tweedie'].map((name) => [name, EXPONENTIAL] as const),
  ['multi:softprob', SOFTMAX],
]);

/**
 * Trees out of a model that XGBoost saved as JSON (xgboost.readthedocs.io, "Introduction to Model IO"). Features and
 * thresholds are compared with 32 bits, and sums rounded so, as XGBoost does. Output: `prediction`, one a class if there are
 * several.
 *
 * @throws ModelFileError
 */
export function readXgboostModel(document: unknown): ImportedModel {
  const parsed = file.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelFileError(`it is no model of XGBoost: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { objective, learner_model_param: param, gradient_booster: booster } = parsed.data.learner;
  const model = booster.model ?? booster.gbtree?.model;
  if (model === undefined)
    throw new ModelFileError(`the booster ${JSON.stringify(booster.name)} has no trees`);
  const link = LINKS.get(objective.name);
  if (link === undefined)
    throw new ModelFileError(`the objective ${JSON.stringify(objective.name)} is not read`);
  const width = Number(param.num_feature);
  const size = Math.max(1, Number(param.num_class), Number(param.num_target ?? 1));
  const forest = model.trees.map((one, index) =>
    treeOf(one, index, { sum: model.tree_info[index] ?? 0, scale: booster.weight_drop?.[index] ?? 1, width }),
  );
  return new XgboostModel(width, forest, baseMargins(param.base_score, size, link), link);
}

class XgboostModel implements ImportedModel {
  readonly outputs: readonly OutputShape[];
  readonly takesUnknown = true;
  readonly #row: Float64Array;
  readonly #sums: Float64Array;
  readonly #answers: Scalar[];

  constructor(
    readonly width: number,
    private readonly trees: readonly ForestTree[],
    private readonly bases: Float64Array,
    private readonly link: Link,
  ) {
    this.outputs = outputShapes(bases.length);
    this.#row = new Float64Array(width);
    this.#sums = new Float64Array(bases.length);
    this.#answers = this.outputs.map(() => 0);
  }

  evaluate(row: Float64Array): readonly Scalar[] {
    for (let index = 0; index < this.width; index++) this.#row[index] = Math.fround(row[index] ?? Number.NaN);
    this.#sums.set(this.bases);
    addLeaves(this.trees, this.#row, this.#sums, Math.fround);
    this.link.predict(this.#sums);
    this.#sums.forEach((sum, index) => {
      this.#answers[index] = sum;
    });
    return this.#answers;
  }
}

/** `5E-1`, and since version 3 `[5E-1]` or one a class. */
function baseMargins(text: string, size: number, link: Link): Float64Array {
  const bases = text.replace(/[[\]]/g, '').split(',').map(Number);
  return Float64Array.from({ length: size }, (_, index) =>
    Math.fround(link.margin((bases.length === 1 ? bases[0] : bases[index]) ?? 0)),
  );
}

function treeOf(
  tree: XgboostTree,
  index: number,
  { sum, scale, width }: { readonly sum: number; readonly scale: number; readonly width: number },
): ForestTree {
  if (Number(tree.tree_param?.size_leaf_vector ?? 1) > 1) {
    throw new ModelFileError('trees with several numbers in a leaf are not read');
  }
  const sets = categorySets(tree);
  const isLeaf = (node: number) => tree.left_children[node] === -1;
  const leaf = (node: number) => [{ sum, weight: Math.fround((tree.split_conditions[node] ?? 0) * scale) }];
  // Every node has a leaf of its own, so that both have the same number: those of other nodes are never reached.
  const placeOf = (node: number) => (isLeaf(node) ? -1 - node : node);
  const nodes = tree.left_children.map((left, node): ForestNode => {
    const right = tree.right_children[node] ?? -1;
    const isLeft = tree.default_left[node] === true || tree.default_left[node] === 1;
    const set = sets.get(node) ?? null;
    const [yes, no] = set === null ? [placeOf(left), placeOf(right)] : [placeOf(right), placeOf(left)];
    return {
      feature: tree.split_indices[node] ?? -1,
      test: set === null ? '<' : 'in',
      threshold: Math.fround(tree.split_conditions[node] ?? 0),
      set,
      yes,
      no,
      unknown: placeOf(isLeft ? left : right),
      isZeroUnknown: false,
    };
  });
  const built = { nodes, root: placeOf(0), leaves: tree.left_children.map((_, node) => leaf(node)) };
  const fault = faultOf(built, width);
  if (fault !== null) throw new ModelFileError(`tree ${index} is broken: ${fault}`);
  return built;
}

/** The categories that go right, of the nodes that ask for one. */
function categorySets(tree: XgboostTree): Map<number, ReadonlySet<number>> {
  const sets = new Map<number, ReadonlySet<number>>();
  (tree.categories_nodes ?? []).forEach((node, index) => {
    const start = tree.categories_segments?.[index] ?? 0;
    const size = tree.categories_sizes?.[index] ?? 0;
    sets.set(node, new Set(tree.categories?.slice(start, start + size)));
  });
  return sets;
}
