import { ModelFileError } from './imported-model.js';

/** One field of a message: its number, and what it has. */
export type ProtobufField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'fixed32' | 'fixed64' | 'bytes'; readonly value: Uint8Array };

/**
 * The fields of a message in Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), in their order.
 * What a field means, its schema says.
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ModelFileError('the file ends too early');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ModelFileError('a number in the file is too long');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new ModelFileError('the file ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, kind: 'varint', value: varint() };
        break;
      case 1:
        yield { number, kind: 'fixed64', value: take(8) };
        break;
      case 2:
        yield { number, kind: 'bytes', value: take(Number(varint())) };
        break;
      case 5:
        yield { number, kind: 'fixed32', value: take(4) };
        break;
      default:
        throw new ModelFileError('it is not in the Protocol Buffers format');
    }
  }
}

export function textOf(field: ProtobufField): string {
  if (field.kind !== 'bytes') throw new ModelFileError('a text is expected');
  return new TextDecoder().decode(field.value);
}

export function bytesOf(field: ProtobufField): Uint8Array {
  if (field.kind !== 'bytes') throw new ModelFileError('a message is expected');
  return field.value;
}

/** Signed; one number, or many packed into one field. */
export function integersOf(field: ProtobufField): number[] {
  if (field.kind === 'varint') return [signed(field.value)];
  const packed = bytesOf(field);
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of packed) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    values.push(signed(value));
    [value, shift] = [0n, 0n];
  }
  return values;
}

/** Of 32 bits; one number, or many packed into one field. */
export function floatsOf(field: ProtobufField): number[] {
  if (field.kind === 'varint') throw new ModelFileError('a number of 32 bits is expected');
  const { value } = field;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: Math.floor(value.byteLength / 4) }, (_, index) =>
    view.getFloat32(4 * index, true),
  );
}

function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}
