import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ModelFileError } from '../../models/imported/imported-model.js';
import type { OnnxAnswers, OnnxSession, OnnxTensor, OpenOnnx } from '../../models/imported/onnx-session.js';

/**
 * What is used of the package `onnxruntime-node`: the part below its public `InferenceSession.run`, which gives promises. A
 * score is part of the step that its readings are in, and cannot wait; below, the same call answers at once.
 */
interface Binding {
  initOrt(): void;
  readonly binding: { readonly InferenceSession: new () => NativeSession };
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  readonly inputMetadata: readonly NativeMetadata[];
  readonly outputMetadata: readonly NativeMetadata[];
  run(feeds: object, fetches: object, options: object): Readonly<Record<string, NativeTensor>>;
}

interface NativeMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: number;
  readonly shape?: readonly number[];
}

interface NativeTensor {
  readonly data: ArrayLike<number | bigint | string>;
}

interface Tensors {
  readonly Tensor: new (type: string, data: unknown, shape: readonly number[]) => NativeTensor;
}

interface Package extends Binding, Tensors {}

/** Element types by the numbers of onnx.proto. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  11: 'float64',
};

/** One thread: the same sums in the same order, and none that runs beside the service. */
const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' };

const ABSENT: ReadonlySet<unknown> = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/**
 * Opens any ONNX graph, if the package `onnxruntime-node` is installed beside this program or in the current folder; null:
 * it is not.
 */
export function onnxruntimeNode(from: readonly string[] = placesToLook()): OpenOnnx | null {
  for (const place of from) {
    const require = createRequire(place);
    try {
      require.resolve('onnxruntime-node/package.json');
    } catch (error) {
      if (isAbsent(error)) continue;
      throw error;
    }
    return (bytes) => opened(loaded(require), bytes);
  }
  return null;
}

function placesToLook(): string[] {
  return [import.meta.url, join(process.cwd(), 'package.json')];
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ABSENT.has(error.code);
}

/** @throws ModelFileError: it is there, and does not work here */
function loaded(require: NodeJS.Require): Package {
  try {
    const binding: Binding = require('onnxruntime-node/dist/binding.js');
    const own = createRequire(require.resolve('onnxruntime-node/package.json'));
    const { Tensor }: Tensors = own('onnxruntime-common');
    binding.initOrt();
    return { initOrt: binding.initOrt, binding: binding.binding, Tensor };
  } catch (error) {
    throw new ModelFileError(`the package onnxruntime-node does not work here: ${messageOf(error)}`);
  }
}

function opened({ binding, Tensor }: Package, bytes: Uint8Array): OnnxSession {
  try {
    const native = new binding.InferenceSession();
    native.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, OPTIONS);
    return new NodeSession(native, Tensor);
  } catch (error) {
    throw new ModelFileError(`onnxruntime cannot open it: ${messageOf(error)}`);
  }
}

class NodeSession implements OnnxSession {
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  readonly #fetches: Readonly<Record<string, null>>;

  constructor(
    private readonly native: NativeSession,
    private readonly Tensor: Tensors['Tensor'],
  ) {
    this.inputs = native.inputMetadata.map(tensorOf);
    this.outputs = native.outputMetadata.map(tensorOf);
    this.#fetches = Object.fromEntries(this.outputs.map(({ name }) => [name, null]));
  }

  run(inputs: readonly Float64Array[], shapes: readonly (readonly number[])[]): OnnxAnswers | null {
    const feeds = this.inputs.map(({ name, type }, place) => {
      const data = dataOf(type, inputs[place] ?? new Float64Array(0));
      return [name, new this.Tensor(type ?? '', data, shapes[place] ?? [])] as const;
    });
    let results: Readonly<Record<string, NativeTensor>>;
    try {
      results = this.native.run(Object.fromEntries(feeds), this.#fetches, {});
    } catch {
      // Numbers that this graph has no answer to, such as a place beyond the end of a list: an answer with a quality.
      return null;
    }
    return this.outputs.map(({ name }) =>
      Array.from(results[name]?.data ?? [], (value) => (typeof value === 'bigint' ? Number(value) : value)),
    );
  }
}

function tensorOf({ name, isTensor, type = 0, shape = [] }: NativeMetadata): OnnxTensor {
  const length = (one: number) => (one < 0 ? null : one);
  return { name, type: isTensor ? (TYPES[type] ?? `type ${type}`) : null, shape: shape.map(length) };
}

function dataOf(type: string | null, numbers: Float64Array): unknown {
  switch (type) {
    case 'float64':
      return numbers.slice();
    case 'int32':
      return Int32Array.from(numbers);
    case 'int64':
      return BigInt64Array.from(Array.from(numbers, (number) => BigInt(Math.trunc(number))));
    case 'bool':
      return Uint8Array.from(numbers, (number) => Number(number !== 0));
    default:
      return Float32Array.from(numbers);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
