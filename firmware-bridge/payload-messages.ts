import type { JsonValue } from '../rules/reading.js';
import { decodePayload, type PayloadFormat, type PayloadRejection } from './decode-payload.js';
import { PAYLOAD_FIELDS_MAX, shapeProblem } from './payload-shape.js';
import { readTimestamp, type TimestampUnit } from './timestamp.js';

/** What the payloads of a source look like. Paths are the keys from the payload's root inward. */
export interface PayloadLayout {
  readonly format: PayloadFormat;
  /** Where the device writes the time; `null`: nowhere, the arrival counts. */
  readonly timestamp: { readonly path: readonly string[]; readonly unit: TimestampUnit | null } | null;
  /** A list whose elements are messages of their own; `null`: the payload is one message. */
  readonly records: readonly string[] | null;
}

export interface PayloadMessage {
  readonly payload: JsonValue;
  /** Epoch ms by the device's clock; `null`: it gave none that can be read. */
  readonly time: number | null;
}

export type PayloadMessages =
  | { readonly kind: 'messages'; readonly messages: readonly PayloadMessage[] }
  | { readonly kind: 'rejected'; readonly reason: PayloadRejection };

/**
 * Decodes a payload and takes it apart into messages. Those of `records` come in the order of their times, equal ones
 * as they stand, those without a time last; an element without a time of its own takes that of the whole payload.
 */
export function payloadMessages(bytes: Uint8Array, layout: PayloadLayout, bytesMax: number): PayloadMessages {
  const fieldsMax = layout.records === null ? PAYLOAD_FIELDS_MAX : RECORDS_FIELDS_MAX;
  const decoded = decodePayload(bytes, layout.format, bytesMax, fieldsMax);
  if (decoded.kind === 'rejected') return decoded;
  if (decoded.kind === 'empty') return { kind: 'messages', messages: [] };
  const { value } = decoded;
  const time = timeOf(value, layout);
  if (layout.records === null) return { kind: 'messages', messages: [{ payload: value, time }] };
  const records = valueAt(value, layout.records);
  if (!Array.isArray(records)) return { kind: 'rejected', reason: 'noRecords' };
  if (records.some(isTooLarge)) return { kind: 'rejected', reason: 'tooManyFields' };
  const messages = records.map(
    (payload: JsonValue): PayloadMessage => ({ payload, time: timeOf(payload, layout) ?? time }),
  );
  return { kind: 'messages', messages: messages.sort(byTime) };
}

/** Of all records together: each is a message of its own, and takes its time. */
const RECORDS_FIELDS_MAX = 10_000;

function isTooLarge(record: JsonValue): boolean {
  return typeof record === 'object' && record !== null && shapeProblem(record, PAYLOAD_FIELDS_MAX) !== null;
}

function timeOf(value: JsonValue, { timestamp }: PayloadLayout): number | null {
  return timestamp === null ? null : readTimestamp(valueAt(value, timestamp.path), timestamp.unit);
}

/** Sorting is stable, so equal times stay in the order they were sent. */
function byTime(a: PayloadMessage, b: PayloadMessage): number {
  if (a.time === b.time) return 0;
  return (a.time ?? Number.POSITIVE_INFINITY) - (b.time ?? Number.POSITIVE_INFINITY);
}

function valueAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as { readonly [key: string]: JsonValue })[key];
  }
  return at;
}
