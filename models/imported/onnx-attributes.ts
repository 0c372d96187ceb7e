import { ModelFileError } from './imported-model.js';
import type { OnnxNode } from './onnx-graph.js';

/** The attributes of one operator, by name and type. */
export class OnnxAttributes {
  constructor(private readonly node: OnnxNode) {}

  has(name: string): boolean {
    return this.node.attributes.has(name);
  }

  integer(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.integer ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.float ?? otherwise;
  }

  text(name: string): string | null {
    return this.node.attributes.get(name)?.text ?? null;
  }

  texts(name: string): readonly string[] {
    return this.node.attributes.get(name)?.texts ?? [];
  }

  integers(name: string): readonly number[] {
    return this.node.attributes.get(name)?.integers ?? [];
  }

  /** Doubles are in tensors, with a name of their own: these are not read. */
  floats(name: string): readonly number[] {
    if (this.node.attributes.get(`${name}_as_tensor`)?.hasTensor === true) {
      throw new ModelFileError(`${this.node.operator} has numbers of 64 bits: export the model with 32 bits`);
    }
    return this.node.attributes.get(name)?.floats ?? [];
  }

  /** The labels of a classifier. */
  labels(): readonly (string | number)[] {
    for (const name of ['classlabels_strings', 'classlabels_ints', 'classlabels_int64s']) {
      const labels = [...this.texts(name), ...this.integers(name)];
      if (labels.length > 0) return labels;
    }
    throw new ModelFileError(`${this.node.operator} has no labels`);
  }
}
