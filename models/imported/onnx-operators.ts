import { ClassScores } from './class-scores.js';
import { addLeaves } from './decision-forest.js';
import { ModelFileError } from './imported-model.js';
import { OnnxAttributes } from './onnx-attributes.js';
import type { OnnxNode } from './onnx-graph.js';
import { onnxTrees, tracksMissing } from './onnx-trees.js';
import type { OnnxValue } from './onnx-value.js';
import { postTransformOf, transform } from './post-transform.js';

/** What becomes of unknown numbers (NaN): none come out, they come out as such, or the operator says nothing of them. */
export type UnknownNumbers = 'handled' | 'passed' | 'undefined';

/** An operator made ready: its outputs, and the work that fills them from its inputs. */
export interface OnnxStep {
  readonly outputs: readonly OnnxValue[];
  readonly unknown: UnknownNumbers;
  run(): void;
}

type MakeStep = (node: OnnxNode, inputs: readonly OnnxValue[]) => OnnxStep;

const OPERATORS: ReadonlyMap<string, MakeStep> = new Map([
  ['TreeEnsembleRegressor', treeRegressor],
  ['TreeEnsembleClassifier', treeClassifier],
  ['LinearRegressor', linearRegressor],
  ['LinearClassifier', linearClassifier],
  ['Scaler', scaler],
  ['Imputer', imputer],
  ['Normalizer', normalizer],
  ['Concat', concat],
  ['FeatureVectorizer', concat],
  ['Cast', cast],
  ['Identity', unchanged],
  ['ZipMap', unchanged],
]);

/** @throws ModelFileError if the operator is none of trees and linear models */
export function checkOperator(operator: string): MakeStep {
  const make = OPERATORS.get(operator);
  if (make !== undefined) return make;
  const known = [...OPERATORS.keys()].join(', ');
  throw new ModelFileError(
    `its operator ${operator} needs the package onnxruntime-node, which is not installed here (npm install onnxruntime-node); trees and linear models do without (${known})`,
  );
}

export function onnxStep(node: OnnxNode, inputs: readonly OnnxValue[]): OnnxStep {
  return checkOperator(node.operator)(node, inputs);
}

function treeRegressor(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const from = numbersOf(input);
  const trees = onnxTrees(attributes, 'target', from.length);
  const targets = attributes.integer('n_targets', 1);
  const output = newValue(targets);
  const bases = basesOf(attributes, [0, targets]);
  // With one target the runtime leaves its sum as it is, whatever the file says.
  const post = targets === 1 ? 'NONE' : postTransformOf(attributes.text('post_transform'));
  const aggregate = attributes.text('aggregate_function') ?? 'SUM';
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE')
    throw new ModelFileError(`${aggregate} of trees is not read`);
  const weighed = new Uint8Array(targets);
  const run = () => {
    output.numbers.fill(0);
    weighed.fill(targets === 1 ? 1 : 0);
    addLeaves(trees, from, output.numbers, Math.fround, weighed);
    output.numbers.forEach((sum, target) => {
      const share = aggregate === 'AVERAGE' ? Math.fround(sum / trees.length) : sum;
      output.numbers[target] = weighed[target] === 1 ? Math.fround(share + (bases[target] ?? 0)) : 0;
    });
    transform(post, output.numbers);
  };
  return { outputs: [output], unknown: unknownInTrees(attributes), run };
}

function treeClassifier(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const from = numbersOf(input);
  const trees = onnxTrees(attributes, 'class', from.length);
  const labels = attributes.labels();
  if (labels.length < 2) throw new ModelFileError('a classifier with one label is not read');
  const isPair = labels.length === 2;
  const bases = basesOf(attributes, isPair ? [0, 1, 2] : [0, labels.length]);
  const post = postTransformOf(attributes.text('post_transform'));
  const isShare =
    isPair &&
    new Set(attributes.integers('class_ids')).size === 1 &&
    attributes.floats('class_weights').every((weight) => weight >= 0);
  const scores = new ClassScores(labels, post, { above: isShare ? 0.5 : 0, isShare });
  const sums = new Float64Array(labels.length);
  const weighed = new Uint8Array(labels.length);
  const counts = (label: number) => bases.length > 0 || weighed[label] === 1;
  const run = () => {
    sums.fill(0);
    weighed.fill(0);
    addLeaves(trees, from, sums, Math.fround, weighed);
    if (isPair) scores.setPair(sums, weighed, bases);
    else {
      bases.forEach((base, label) => {
        sums[label] = Math.fround((sums[label] ?? 0) + base);
      });
      scores.setAll(sums, counts);
    }
  };
  return { outputs: scores.outputs, unknown: unknownInTrees(attributes), run };
}

/** What sums begin with. */
function basesOf(attributes: OnnxAttributes, counts: readonly number[]): readonly number[] {
  const bases = attributes.floats('base_values');
  if (counts.includes(bases.length)) return bases;
  throw new ModelFileError(`there are ${bases.length} base_values, not ${counts.join(' or ')}`);
}

function unknownInTrees(attributes: OnnxAttributes): UnknownNumbers {
  return tracksMissing(attributes) ? 'handled' : 'undefined';
}

function linearRegressor(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const output = newValue(attributes.integer('targets', 1));
  const post = postTransformOf(attributes.text('post_transform'));
  const add = linear(attributes, numbersOf(input), output.numbers);
  const run = () => {
    add();
    transform(post, output.numbers);
  };
  return { outputs: [output], unknown: 'undefined', run };
}

function linearClassifier(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const from = numbersOf(input);
  const labels = attributes.labels();
  const rows = attributes.floats('coefficients').length / from.length;
  const sums = new Float64Array(rows);
  const add = linear(attributes, from, sums);
  const isSingle = labels.length === 2 && rows === 1;
  const post = postTransformOf(attributes.text('post_transform'));
  const scores = new ClassScores(labels, post, { above: 0, isShare: true });
  const run = () => {
    add();
    if (isSingle) scores.setSingle(sums[0] ?? 0);
    else scores.setAll(sums, () => true);
  };
  return { outputs: scores.outputs, unknown: 'undefined', run };
}

/** Fills `sums` with intercepts and products; coefficients are listed row by row. */
function linear(attributes: OnnxAttributes, from: Float64Array, sums: Float64Array): () => void {
  const coefficients = attributes.floats('coefficients');
  const intercepts = attributes.floats('intercepts');
  if (coefficients.length !== sums.length * from.length) {
    throw new ModelFileError(
      `there are ${coefficients.length} coefficients, not ${sums.length} × ${from.length}`,
    );
  }
  return () => {
    for (let row = 0; row < sums.length; row++) {
      let sum = intercepts[row] ?? 0;
      for (let feature = 0; feature < from.length; feature++) {
        sum += (coefficients[row * from.length + feature] ?? 0) * (from[feature] ?? 0);
      }
      sums[row] = sum;
    }
  };
}

function scaler(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const offsets = attributes.floats('offset');
  const scales = attributes.floats('scale');
  const at = (list: readonly number[], index: number) => (list.length === 1 ? list[0] : list[index]) ?? 0;
  return each(
    input,
    (value, index) => Math.fround((value - at(offsets, index)) * at(scales, index)),
    'passed',
  );
}

function imputer(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const attributes = new OnnxAttributes(node);
  const imputed = attributes.floats('imputed_value_floats');
  const replaced = attributes.float('replaced_value_float', 0);
  const isReplaced = (value: number) => (Number.isNaN(replaced) ? Number.isNaN(value) : value === replaced);
  const valueAt = (index: number) => (imputed.length === 1 ? imputed[0] : imputed[index]) ?? 0;
  return each(
    input,
    (value, index) => (isReplaced(value) ? valueAt(index) : value),
    Number.isNaN(replaced) ? 'handled' : 'passed',
  );
}

function normalizer(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const norm = new OnnxAttributes(node).text('norm') ?? 'MAX';
  const size = (numbers: Float64Array) => {
    if (norm === 'MAX')
      return numbers.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    if (norm === 'L1') return numbers.reduce((sum, value) => sum + Math.abs(value), 0);
    return Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  };
  const from = numbersOf(input);
  const output = { ...newValue(from.length), labels: input?.labels ?? null };
  const run = () => {
    const whole = size(from);
    output.numbers.set(from.map((value) => (whole === 0 ? value : value / whole)));
  };
  return { outputs: [output], unknown: 'undefined', run };
}

function concat(_: OnnxNode, inputs: readonly OnnxValue[]): OnnxStep {
  const output = newValue(inputs.reduce((sum, { numbers }) => sum + numbers.length, 0));
  const run = () => {
    let at = 0;
    for (const { numbers } of inputs) {
      output.numbers.set(numbers, at);
      at += numbers.length;
    }
  };
  return { outputs: [output], unknown: 'passed', run };
}

function unchanged(_: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  return { outputs: input === undefined ? [] : [input], unknown: 'passed', run: () => {} };
}

/** Element types of ONNX. */
const FLOAT = 1;
const DOUBLE = 11;

/** Labels stay what they are: rules tell numbers from texts, and nothing else. */
function cast(node: OnnxNode, [input]: readonly OnnxValue[]): OnnxStep {
  const to = new OnnxAttributes(node).integer('to', FLOAT);
  if (input?.isLabel === true || to === DOUBLE) return unchanged(node, input === undefined ? [] : [input]);
  if (to !== FLOAT) throw new ModelFileError(`a Cast of numbers to type ${to} is not read`);
  return each(input, Math.fround, 'passed');
}

function each(
  input: OnnxValue | undefined,
  change: (value: number, index: number) => number,
  unknown: UnknownNumbers,
): OnnxStep {
  const from = numbersOf(input);
  const output = { ...newValue(from.length), labels: input?.labels ?? null };
  const run = () => {
    for (let index = 0; index < from.length; index++) output.numbers[index] = change(from[index] ?? 0, index);
  };
  return { outputs: [output], unknown, run };
}

function numbersOf(input: OnnxValue | undefined): Float64Array {
  if (input === undefined) throw new ModelFileError('an operator has no input');
  return input.numbers;
}

function newValue(size: number): OnnxValue {
  return { numbers: new Float64Array(size), labels: null, isLabel: false };
}
