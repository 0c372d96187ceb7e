import type { JsonValue } from '../rules/reading.js';
import {
  PAYLOAD_DEPTH_MAX,
  PAYLOAD_FIELDS_MAX,
  type ShapeProblem,
  shapeProblem,
  shapeProblemIn,
} from './payload-shape.js';

/** How the bytes of a payload are to be read. */
export type PayloadFormat = 'json' | 'number' | 'text';

/** Why a payload gave nothing. The names are published in counters. */
export type PayloadRejection =
  | 'oversized'
  | 'notUtf8'
  | 'malformed'
  | 'notANumber'
  | 'nonFinite'
  | 'noRecords'
  | ShapeProblem;

export type DecodedPayload =
  | { readonly kind: 'decoded'; readonly value: JsonValue }
  /** Nothing in it: no reading, and no mistake. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'rejected'; readonly reason: PayloadRejection };

const EMPTY: DecodedPayload = { kind: 'empty' };
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes a payload (rule reference, section 2). As `json`: JSON, or else the trimmed text as a string (`ON`), which
 * must not look like broken JSON or like a number that is none. As `number`: a decimal number. As `text`: the text.
 * Never throws.
 *
 * @param bytesMax a payload with more bytes is rejected unread
 * @param fieldsMax one with more leaves is rejected
 */
export function decodePayload(
  bytes: Uint8Array,
  format: PayloadFormat,
  bytesMax: number,
  fieldsMax = PAYLOAD_FIELDS_MAX,
): DecodedPayload {
  if (bytes.length > bytesMax) return rejected('oversized');
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
  } catch {
    return rejected('notUtf8');
  }
  if (text === '') return EMPTY;
  switch (format) {
    case 'json':
      return decodeJson(text, bytes, fieldsMax);
    case 'number':
      return decodeNumber(text);
    case 'text':
      return { kind: 'decoded', value: text };
  }
}

function decodeJson(text: string, bytes: Uint8Array, fieldsMax: number): DecodedPayload {
  // Failing to parse costs eight times a success: devices that send `ON` are not made to pay for it.
  if (!JSON_START.test(text)) return decodeBareText(text);
  const hasShape = text.startsWith('{') || text.startsWith('[');
  if (hasShape && bytes.length > LARGE_BYTES) {
    const problem = shapeProblemIn(bytes, fieldsMax);
    if (problem !== null) return rejected(problem);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return hasShape ? rejected('malformed') : decodeBareText(text);
  }
  if (bytes.length < DEEP_BYTES_MIN || bytes.length > LARGE_BYTES) return { kind: 'decoded', value };
  const problem = typeof value === 'object' && value !== null ? shapeProblem(value, fieldsMax) : null;
  return problem === null ? { kind: 'decoded', value } : rejected(problem);
}

/** JSON with fewer bytes cannot be too deep, as each level is opened and closed, nor have too many fields. */
const DEEP_BYTES_MIN = 2 * (PAYLOAD_DEPTH_MAX + 1);

/** From here on it pays to look at the bytes before they are parsed. */
const LARGE_BYTES = 1_000;

const JSON_START = /^[-0-9{["tfn]/;

function decodeBareText(text: string): DecodedPayload {
  return NOT_FINITE.test(text) ? rejected('nonFinite') : { kind: 'decoded', value: text };
}

/** How C libraries print what is no number: `nan`, `-NaN(0x1)`, `+inf`, `Infinity`, `1.#QNAN`. */
const NOT_FINITE = /^[+-]?(?:nan(?:\([^)]*\))?|inf(?:inity)?|1\.#(?:inf|ind|qnan|snan)\d*)$/i;

function decodeNumber(text: string): DecodedPayload {
  if (NOT_FINITE.test(text)) return rejected('nonFinite');
  if (!DECIMAL.test(text)) return rejected('notANumber');
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'decoded', value } : rejected('nonFinite');
}

/** Each digit can be matched in one way only: else a long row of them would take hours. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function rejected(reason: PayloadRejection): DecodedPayload {
  return { kind: 'rejected', reason };
}
