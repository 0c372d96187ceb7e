import { ModelFileError } from './imported-model.js';
import { bytesOf, floatsOf, integersOf, protobufFields, textOf } from './protobuf-reader.js';

/** What is read of an ONNX file (github.com/onnx/onnx, onnx/onnx.proto). */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
}

export interface OnnxInput {
  readonly name: string;
  /** Numbers a row; null: the file does not say. */
  readonly width: number | null;
  /** Whether its numbers are rounded to 32 bits. */
  readonly isFloat32: boolean;
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  readonly text: string | null;
  readonly integer: number | null;
  readonly float: number | null;
  readonly texts: readonly string[];
  readonly integers: readonly number[];
  readonly floats: readonly number[];
  readonly hasTensor: boolean;
}

/** Element types of tensors. */
const FLOAT = 1;
const DOUBLE = 11;
const INT64 = 7;
const INT32 = 6;

export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  for (const field of protobufFields(bytes)) {
    if (field.number === 7 && field.kind === 'bytes') return graphOf(field.value);
  }
  throw new ModelFileError('there is no ONNX graph in it');
}

function graphOf(bytes: Uint8Array): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const inputs: OnnxInput[] = [];
  const outputs: string[] = [];
  const constants = new Set<string>();
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) nodes.push(nodeOf(bytesOf(field)));
    else if (field.number === 5) constants.add(nameIn(bytesOf(field), 8));
    else if (field.number === 11) inputs.push(inputOf(bytesOf(field)));
    else if (field.number === 12) outputs.push(nameIn(bytesOf(field), 1));
  }
  return { nodes, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

function nodeOf(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let operator = '';
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) attributes.set(nameIn(bytesOf(field), 1), attributeOf(bytesOf(field)));
  }
  return { operator, inputs, outputs, attributes };
}

function attributeOf(bytes: Uint8Array): OnnxAttribute {
  const texts: string[] = [];
  const integers: number[] = [];
  const floats: number[] = [];
  let text: string | null = null;
  let integer: number | null = null;
  let float: number | null = null;
  let hasTensor = false;
  for (const field of protobufFields(bytes)) {
    if (field.number === 2) float = floatsOf(field)[0] ?? null;
    else if (field.number === 3) integer = integersOf(field)[0] ?? null;
    else if (field.number === 4) text = textOf(field);
    else if (field.number === 5) hasTensor = true;
    else if (field.number === 7) append(floats, floatsOf(field));
    else if (field.number === 8) append(integers, integersOf(field));
    else if (field.number === 9) texts.push(textOf(field));
  }
  return { text, integer, float, texts, integers, floats, hasTensor };
}

/** Lists are long: too long for arguments. */
function append(list: number[], more: readonly number[]): void {
  for (const value of more) list.push(value);
}

/** ValueInfoProto: name, and in it the type, in that the tensor type, in that the element type and the shape. */
function inputOf(bytes: Uint8Array): OnnxInput {
  const name = nameIn(bytes, 1);
  const tensor = messageIn(messageIn(bytes, 2), 1);
  let element = FLOAT;
  for (const field of protobufFields(tensor)) if (field.number === 1) element = integersOf(field)[0] ?? FLOAT;
  if (![FLOAT, DOUBLE, INT64, INT32].includes(element)) {
    throw new ModelFileError(`its input ${JSON.stringify(name)} takes no numbers`);
  }
  const dimensions = [...protobufFields(messageIn(tensor, 2))].flatMap((field) =>
    field.number === 1 ? [dimensionOf(bytesOf(field))] : [],
  );
  return {
    name,
    width: dimensions.length < 2 ? null : (dimensions.at(-1) ?? null),
    isFloat32: element === FLOAT,
  };
}

function dimensionOf(bytes: Uint8Array): number | null {
  for (const field of protobufFields(bytes)) if (field.number === 1) return integersOf(field)[0] ?? null;
  return null;
}

function messageIn(bytes: Uint8Array, number: number): Uint8Array {
  for (const field of protobufFields(bytes)) if (field.number === number) return bytesOf(field);
  return new Uint8Array(0);
}

function nameIn(bytes: Uint8Array, number: number): string {
  for (const field of protobufFields(bytes)) if (field.number === number) return textOf(field);
  return '';
}
