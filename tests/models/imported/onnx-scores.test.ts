/**
 * What becomes of the sums of an ONNX file, in all its forms. Method: files of one operator whose only tree is a leaf, or whose
 * coefficients are 0, and what onnxruntime 1.30 gave for each; also where the format says nothing and the runtime is odd.
 */
import { describe, expect, test } from 'vitest';
import { readOnnxModel } from '../../../models/imported/onnx-model.js';
import { onnxFile } from './onnx-file.js';

type Weights = readonly [id: number, weight: number][];

const leafTree = (prefix: 'class' | 'target', weights: Weights) => ({
  nodes_treeids: [0],
  nodes_nodeids: [0],
  nodes_featureids: [0],
  nodes_modes: ['LEAF'],
  nodes_values: { floats: [0] },
  nodes_truenodeids: [0],
  nodes_falsenodeids: [0],
  [`${prefix}_treeids`]: weights.map(() => 0),
  [`${prefix}_nodeids`]: weights.map(() => 0),
  [`${prefix}_ids`]: weights.map(([id]) => id),
  [`${prefix}_weights`]: { floats: weights.map(([, weight]) => weight) },
});

interface Ending {
  readonly bases: readonly number[];
  readonly post: string;
}

const ending = ({ bases, post }: Ending) => ({
  post_transform: post,
  ...(bases.length === 0 ? {} : { base_values: { floats: bases } }),
});

const treeClassifier = (labels: number, weights: Weights, end: Ending) =>
  onnxFile({
    operator: 'TreeEnsembleClassifier',
    attributes: {
      ...leafTree('class', weights),
      classlabels_int64s: Array.from({ length: labels }, (_, label) => label),
      ...ending(end),
    },
    outputs: ['label', 'scores'],
    width: 2,
  });

const treeRegressor = (targets: number, weights: Weights, end: Ending) =>
  onnxFile({
    operator: 'TreeEnsembleRegressor',
    attributes: { ...leafTree('target', weights), n_targets: targets, ...ending(end) },
    outputs: ['y'],
    width: 2,
  });

/** Of the sum 0.4, whatever the row. */
const linearClassifier = (post: string) =>
  onnxFile({
    operator: 'LinearClassifier',
    attributes: {
      coefficients: { floats: [0, 0] },
      intercepts: { floats: [0.4] },
      classlabels_ints: [0, 1],
      post_transform: post,
    },
    outputs: ['label', 'scores'],
    width: 2,
  });

function outputsOf(file: Uint8Array): number[] {
  return readOnnxModel(file, 2)
    .evaluate(Float64Array.of(-1, 0))
    .map((value) => Number(Number(value).toFixed(4)) + 0);
}

const POSTS = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO'] as const;

/** For each base and each transform: the label and its scores. */
type Table = readonly (readonly [bases: readonly number[], ...outputs: (readonly number[])[]])[];

const PAIRS: readonly [what: string, weights: Weights, table: Table][] = [
  [
    'the first weighed, 0 or more',
    [[0, 0.4]],
    [
      [[], [0, 0.6, 0.4], [0, 0.4013, 0.5987], [0, 0.6, 0.4], [0, 0.6, 0.4]],
      [[0.3], [1, 0.3, 0.7], [1, 0.3318, 0.6682], [1, 0.3, 0.7], [1, 0.3, 0.7]],
      [
        [0.2, -0.35],
        [1, 0.6, 0],
        [1, 0.6457, 0.5],
        [1, 0.6457, 0.3543],
        [1, 1, 0],
      ],
    ],
  ],
  [
    'the first weighed, below 0',
    [[0, -0.4]],
    [
      [[], [0, 0.4, -0.4], [0, 0.5987, 0.4013], [0, 0.4, -0.4], [0, 0.4, -0.4]],
      [[0.3], [0, 0.1, -0.1], [0, 0.525, 0.475], [0, 0.1, -0.1], [0, 0.1, -0.1]],
      [
        [0.2, -0.35],
        [0, -0.2, 0],
        [0, 0.4502, 0.5],
        [0, 0.4502, 0.5498],
        [0, 1, 0],
      ],
    ],
  ],
  [
    'the second weighed, 0 or more',
    [[1, 0.4]],
    [
      [[], [0, 0, 0.4], [0, 0.5, 0.5987], [0, 0.4013, 0.5987], [0, 0, 1]],
      [[0.3], [0, 0, 0.4], [0, 0.5, 0.5987], [0, 0.4013, 0.5987], [0, 0, 1]],
      [
        [0.2, -0.35],
        [0, 0, -0.35],
        [0, 0.5, 0.4134],
        [0, 0.5866, 0.4134],
        [0, 0, 1],
      ],
    ],
  ],
  [
    'the second weighed, below 0',
    [[1, -0.4]],
    [
      [[], [0, 0, -0.4], [0, 0.5, 0.4013], [0, 0.5987, 0.4013], [0, 0, 1]],
      [[0.3], [0, 0, -0.4], [0, 0.5, 0.4013], [0, 0.5987, 0.4013], [0, 0, 1]],
      [
        [0.2, -0.35],
        [0, 0, -0.35],
        [0, 0.5, 0.4134],
        [0, 0.5866, 0.4134],
        [0, 0, 1],
      ],
    ],
  ],
  [
    'both weighed',
    [
      [0, 0.7],
      [1, 0.4],
    ],
    [
      [[], [1, 0.7, 0.4], [1, 0.6682, 0.5987], [1, 0.5744, 0.4256], [1, 0.5744, 0.4256]],
      [[0.3], [1, 1, 0.4], [1, 0.7311, 0.5987], [1, 0.6457, 0.3543], [1, 0.6457, 0.3543]],
      [
        [0.2, -0.35],
        [1, -0.35, 0.35],
        [1, 0.4134, 0.5866],
        [1, 0.3318, 0.6682],
        [1, 0.3318, 0.6682],
      ],
    ],
  ],
];

describe.each(PAIRS)('trees of two classes, %s', (_, weights, table) => {
  const rows = table.flatMap(([bases, ...outputs]) =>
    POSTS.map((post, index) => [bases, post, outputs[index] ?? []] as const),
  );
  test.each(rows)('base_values %j, %s', (bases, post, outputs) => {
    expect(outputsOf(treeClassifier(2, weights, { bases, post }))).toEqual(outputs);
  });
});

test.each<[string, Uint8Array, number[]]>([
  [
    'of three classes only those weighed are labels',
    treeClassifier(3, [[2, -0.8]], { bases: [], post: 'NONE' }),
    [2, 0, 0, -0.8],
  ],
  [
    'with base_values all are',
    treeClassifier(3, [[2, -0.8]], { bases: [0.1, 0.2, 0.3], post: 'NONE' }),
    [1, 0.1, 0.2, -0.5],
  ],
  [
    'a target of its own is not transformed',
    treeRegressor(1, [[0, 0.4]], { bases: [0.3], post: 'LOGISTIC' }),
    [0.7],
  ],
  [
    'of two those are that are weighed; the base of the other counts for nothing',
    treeRegressor(2, [[0, 0.4]], { bases: [0.2, -0.35], post: 'LOGISTIC' }),
    [0.6457, 0.5],
  ],
  ['a linear score is a share of 1', linearClassifier('NONE'), [1, 0.6, 0.4]],
  ['a linear score, softmax', linearClassifier('SOFTMAX'), [1, 0.6, 0.4]],
  ['a linear score, logistic', linearClassifier('LOGISTIC'), [1, 0.4013, 0.5987]],
])('%s', (_, file, outputs) => {
  expect(outputsOf(file)).toEqual(outputs);
});

test.each<[string, Uint8Array, string]>([
  [
    'one base for three classes',
    treeClassifier(3, [[0, 1]], { bases: [0.3], post: 'NONE' }),
    'there are 1 base_values, not 0 or 3',
  ],
  [
    'one base for two targets',
    treeRegressor(2, [[0, 1]], { bases: [0.3], post: 'NONE' }),
    'there are 1 base_values, not 0 or 2',
  ],
  ['one class', treeClassifier(1, [[0, 1]], { bases: [], post: 'NONE' }), 'one label'],
  [
    'a probit',
    treeClassifier(2, [[0, 1]], { bases: [], post: 'PROBIT' }),
    'the transform "PROBIT" is not read',
  ],
])('refused, as by the runtime or for want of sense: %s', (_, file, reason) => {
  expect(() => readOnnxModel(file, 2)).toThrow(reason);
});
