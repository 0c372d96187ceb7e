/**
 * A graph that somebody else's program runs, as far as it matters here. What is handed in may come from a package that need
 * not be there.
 */
export interface OnnxSession {
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  /**
   * @param inputs numbers, one list an input, in their order; as long as its `shape` says
   * @param shapes of `inputs`
   * @returns what each output has, in their order; null: the graph could not be run with these numbers
   */
  run(inputs: readonly Float64Array[], shapes: readonly (readonly number[])[]): OnnxAnswers | null;
}

export type OnnxAnswers = readonly (readonly (number | string)[])[];

/** `{ name: 'X', type: 'float32', shape: [null, 4] }`; null: as long as one likes. */
export interface OnnxTensor {
  readonly name: string;
  /** As onnxruntime calls it; null: it is no tensor. */
  readonly type: string | null;
  readonly shape: readonly (number | null)[];
}

/** @throws ModelFileError */
export type OpenOnnx = (bytes: Uint8Array) => OnnxSession;
