import type { Scalar } from '../../rules/reading.js';
import type { OutputShape } from '../scorer.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import { type OnnxGraph, readOnnxGraph } from './onnx-graph.js';
import { checkOperator, type OnnxStep, onnxStep } from './onnx-operators.js';
import type { OnnxValue } from './onnx-value.js';

/**
 * Trees and linear models out of an ONNX file. Inputs of several numbers take as many features, in their order; numbers are
 * rounded to 32 bits where the file says so, before they are compared with thresholds that were rounded the same way.
 *
 * Outputs are called as in the file; one of several numbers becomes several, `probabilities.0`, or `probabilities.ok` where
 * the classes have names.
 *
 * @param features how many a row has
 * @throws ModelFileError
 */
export function readOnnxModel(bytes: Uint8Array, features: number): ImportedModel {
  const graph = readOnnxGraph(bytes);
  for (const { operator } of graph.nodes) checkOperator(operator);
  const values = inputValues(graph, features);
  const mayBeUnknown = new Set(graph.inputs.map(({ name }) => name));
  const steps: OnnxStep[] = [];
  let takesUnknown = true;
  for (const node of graph.nodes) {
    const step = onnxStep(
      node,
      node.inputs.map((name) => valueNamed(name, values)),
    );
    steps.push(step);
    const isConcerned = node.inputs.some((name) => mayBeUnknown.has(name));
    if (isConcerned && step.unknown === 'undefined') takesUnknown = false;
    node.outputs.forEach((name, index) => {
      const value = step.outputs[index];
      if (value !== undefined) values.set(name, value);
      if (isConcerned && step.unknown === 'passed') mayBeUnknown.add(name);
    });
  }
  const results = graph.outputs.map((name) => ({ name, value: valueNamed(name, values) }));
  const inputs = graph.inputs.map(({ name, isFloat32 }) => ({ isFloat32, value: valueNamed(name, values) }));
  return new OnnxModel(inputs, steps, results, takesUnknown);
}

class OnnxModel implements ImportedModel {
  readonly width: number;
  readonly outputs: readonly OutputShape[];
  readonly #answers: Scalar[];

  constructor(
    private readonly inputs: readonly { readonly value: OnnxValue; readonly isFloat32: boolean }[],
    private readonly steps: readonly OnnxStep[],
    private readonly results: readonly { readonly name: string; readonly value: OnnxValue }[],
    readonly takesUnknown: boolean,
  ) {
    this.width = inputs.reduce((sum, { value }) => sum + value.numbers.length, 0);
    this.outputs = results.flatMap(({ name, value }) => outputShapes(name, value));
    this.#answers = this.outputs.map(() => 0);
  }

  evaluate(row: Float64Array): readonly Scalar[] {
    let next = 0;
    for (const { value, isFloat32 } of this.inputs) {
      for (let index = 0; index < value.numbers.length; index++) {
        const number = row[next++] ?? Number.NaN;
        value.numbers[index] = isFloat32 ? Math.fround(number) : number;
      }
    }
    for (const step of this.steps) step.run();
    next = 0;
    for (const { value } of this.results) {
      for (const number of value.numbers)
        this.#answers[next++] = value.isLabel ? labelAt(value, number) : number;
    }
    return this.#answers;
  }
}

/** Inputs that do not say how many numbers they take: the only one takes all features, one of several takes one. */
function inputValues({ inputs }: OnnxGraph, features: number): Map<string, OnnxValue> {
  const values = new Map<string, OnnxValue>();
  for (const { name, width } of inputs) {
    const size = width ?? (inputs.length === 1 ? features : 1);
    values.set(name, { numbers: new Float64Array(size), labels: null, isLabel: false });
  }
  return values;
}

function valueNamed(name: string, values: ReadonlyMap<string, OnnxValue>): OnnxValue {
  const value = values.get(name);
  if (value === undefined) throw new ModelFileError(`nothing gives its value ${JSON.stringify(name)}`);
  return value;
}

function outputShapes(name: string, { numbers, labels, isLabel }: OnnxValue): OutputShape[] {
  if (isLabel) return [{ name, kind: typeof labels?.[0] === 'string' ? 'string' : 'number' }];
  if (numbers.length === 1) return [{ name, kind: 'number' }];
  return Array.from(numbers, (_, index) => ({
    name: `${name}.${labels?.[index] ?? index}`,
    kind: 'number' as const,
  }));
}

function labelAt({ labels }: OnnxValue, place: number): Scalar {
  return labels?.[place] ?? place;
}
