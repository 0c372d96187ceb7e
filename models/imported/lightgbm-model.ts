import type { Scalar } from '../../rules/reading.js';
import type { OutputShape } from '../scorer.js';
import { addLeaves, type ForestNode, type ForestTree, faultOf } from './decision-forest.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import { logistic, transform } from './post-transform.js';
import { outputShapes } from './prediction-outputs.js';

/** Bits of a node's `decision_type` (LightGBM, include/LightGBM/tree.h). */
const IS_CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_SHIFT = 2;
const MISSING_ZERO = 1;
const MISSING_NAN = 2;

/** `key=value` lines. */
type Section = ReadonlyMap<string, string>;

/**
 * Trees out of a model that LightGBM saved as text (LightGBM, src/boosting/gbdt_model_text.cpp). Output: `prediction`, one a
 * class if there are several.
 *
 * @throws ModelFileError
 */
export function readLightgbmModel(text: string): ImportedModel {
  const [trunk = '', rest] = text.split(/^end of trees\r?$/m);
  const [head = '', ...blocks] = trunk.split(/^Tree=\d+\r?$/m);
  if (!/^tree\r?\n/.test(head)) throw new ModelFileError('it is no model of LightGBM');
  if (rest === undefined) throw new ModelFileError('it ends before its last tree');
  const header = sectionOf(head);
  const classes = Math.max(1, numberIn(header, 'num_tree_per_iteration'));
  const width = numberIn(header, 'max_feature_idx') + 1;
  const trees = blocks.map((block, index) => treeOf(sectionOf(block), index, index % classes, width));
  const isMean = /^average_output\r?$/m.test(head);
  const scale = isMean ? classes / trees.length : 1;
  return new LightgbmModel(width, trees, classes, scale, linkOf(header.get('objective') ?? ''));
}

class LightgbmModel implements ImportedModel {
  readonly outputs: readonly OutputShape[];
  readonly takesUnknown = true;
  readonly #sums: Float64Array;
  readonly #answers: Scalar[];

  constructor(
    readonly width: number,
    private readonly trees: readonly ForestTree[],
    classes: number,
    private readonly scale: number,
    private readonly link: (sums: Float64Array) => void,
  ) {
    this.outputs = outputShapes(classes);
    this.#sums = new Float64Array(classes);
    this.#answers = this.outputs.map(() => 0);
  }

  evaluate(row: Float64Array): readonly Scalar[] {
    this.#sums.fill(0);
    addLeaves(this.trees, row, this.#sums, (sum) => sum);
    this.#sums.set(this.#sums.map((sum) => sum * this.scale));
    this.link(this.#sums);
    this.#sums.forEach((sum, index) => {
      this.#answers[index] = sum;
    });
    return this.#answers;
  }
}

/** What the objective makes of sums; `binary sigmoid:1`, `regression sqrt`. */
function linkOf(objective: string): (sums: Float64Array) => void {
  const [name = '', ...options] = objective.split(' ');
  const sigmoid = Number(options.find((option) => option.startsWith('sigmoid:'))?.slice(8) ?? 1);
  const each = (change: (sum: number) => number) => (sums: Float64Array) => {
    sums.set(sums.map(change));
  };
  switch (name) {
    case 'binary':
    case 'multiclassova':
      return each((sum) => logistic(sigmoid * sum));
    case 'multiclass':
      return (sums) => transform('SOFTMAX', sums);
    case 'cross_entropy':
    case 'xentropy':
      return each(logistic);
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return each(Math.exp);
    case 'regression':
      return options.includes('sqrt') ? each((sum) => Math.sign(sum) * sum * sum) : () => {};
    case 'regression_l1':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
    case 'lambdarank':
    case 'rank_xendcg':
    case 'none':
    case '':
      return () => {};
    default:
      throw new ModelFileError(`the objective ${JSON.stringify(name)} is not read`);
  }
}

function treeOf(tree: Section, index: number, sum: number, width: number): ForestTree {
  if ((tree.get('is_linear') ?? '0') !== '0') throw new ModelFileError('linear trees are not read');
  const leaves = numbersIn(tree, 'leaf_value').map((weight) => [{ sum, weight }]);
  const isSingle = numberIn(tree, 'num_leaves') <= 1;
  const features = isSingle ? [] : numbersIn(tree, 'split_feature');
  const columns = {
    features,
    thresholds: numbersIn(tree, 'threshold'),
    decisions: numbersIn(tree, 'decision_type'),
    // Both count leaves by -1, -2…
    left: numbersIn(tree, 'left_child'),
    right: numbersIn(tree, 'right_child'),
    boundaries: numbersIn(tree, 'cat_boundaries'),
    words: numbersIn(tree, 'cat_threshold'),
  };
  const nodes = features.map((_, node) => nodeOf(columns, node));
  const built = { nodes, root: isSingle ? -1 : 0, leaves };
  const fault = faultOf(built, width);
  if (fault !== null) throw new ModelFileError(`tree ${index} is broken: ${fault}`);
  return built;
}

interface Columns {
  readonly features: readonly number[];
  readonly thresholds: readonly number[];
  readonly decisions: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly boundaries: readonly number[];
  readonly words: readonly number[];
}

function nodeOf(columns: Columns, node: number): ForestNode {
  const decision = columns.decisions[node] ?? 0;
  const threshold = columns.thresholds[node] ?? 0;
  const yes = columns.left[node] ?? 0;
  const no = columns.right[node] ?? 0;
  const feature = columns.features[node] ?? -1;
  if ((decision & IS_CATEGORICAL) !== 0) {
    const set = categories(columns, threshold);
    return { feature, test: 'in', threshold, set, yes, no, unknown: no, isZeroUnknown: false };
  }
  const missing = (decision >> MISSING_SHIFT) & 3;
  const byDefault = (decision & DEFAULT_LEFT) !== 0 ? yes : no;
  // Without a place for unknown numbers they count as 0.
  const asZero = threshold >= 0 ? yes : no;
  const unknown = missing === MISSING_NAN || missing === MISSING_ZERO ? byDefault : asZero;
  const isZeroUnknown = missing === MISSING_ZERO;
  return { feature, test: '<=', threshold, set: null, yes, no, unknown, isZeroUnknown };
}

/** The categories of a set, out of its bits. */
function categories({ boundaries, words }: Columns, set: number): Set<number> {
  const start = boundaries[set] ?? 0;
  const members = new Set<number>();
  words.slice(start, boundaries[set + 1] ?? start).forEach((word, index) => {
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) members.add(32 * index + bit);
  });
  return members;
}

function sectionOf(text: string): Section {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
  return new Map(lines);
}

function numberIn(section: Section, key: string): number {
  const value = Number(section.get(key) ?? Number.NaN);
  if (Number.isNaN(value)) throw new ModelFileError(`it has no number ${JSON.stringify(key)}`);
  return value;
}

function numbersIn(section: Section, key: string): number[] {
  const text = section.get(key) ?? '';
  return text === '' ? [] : text.split(' ').map(Number);
}
