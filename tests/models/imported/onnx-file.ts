/** Writes ONNX files of one operator, as far as tests need it (github.com/onnx/onnx, onnx/onnx.proto). */

type AttributeValue =
  | string
  | number
  | readonly string[]
  | readonly number[]
  | { readonly floats: readonly number[] };

export interface OnnxFile {
  readonly operator: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly outputs: readonly string[];
  /** Numbers a row. */
  readonly width: number;
}

/** Of 32-bit floats, as one input `x`. */
export function onnxFile({ operator, attributes, outputs, width }: OnnxFile): Uint8Array {
  const listed = Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value)));
  const names = outputs.map((name) => bytes(2, name));
  const node = [bytes(1, 'x'), ...names, bytes(4, operator), ...listed, bytes(7, 'ai.onnx.ml')];
  const shape = [bytes(1, number(1, 1)), bytes(1, number(1, width))];
  const input = [bytes(1, 'x'), bytes(2, bytes(1, number(1, 1), bytes(2, ...shape)))];
  const results = outputs.map((name) => bytes(12, bytes(1, name)));
  return bytes(7, bytes(1, ...node), bytes(11, ...input), ...results);
}

function attribute(name: string, value: AttributeValue): Uint8Array {
  return Buffer.concat([bytes(1, name), ...valueFields(value)]);
}

function valueFields(value: AttributeValue): Uint8Array[] {
  if (typeof value === 'number') return [number(3, value)];
  if (typeof value === 'string') return [bytes(4, value)];
  if ('floats' in value) return value.floats.map((one) => float(7, one));
  return value.map((one) => (typeof one === 'string' ? bytes(9, one) : number(8, one)));
}

function bytes(field: number, ...content: readonly (Uint8Array | string)[]): Uint8Array {
  const whole = Buffer.concat(content.map((one) => (typeof one === 'string' ? Buffer.from(one) : one)));
  return Buffer.concat([varint((field << 3) | 2), varint(whole.length), whole]);
}

function number(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function float(field: number, value: number): Uint8Array {
  const written = Buffer.alloc(4);
  written.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), written]);
}

/** Of whole numbers from 0 on. */
function varint(value: number): Uint8Array {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...digits, rest]);
    digits.push((rest % 128) + 128);
  }
}
