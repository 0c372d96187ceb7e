import type { JsonValue } from '../../rules/reading.js';

export type CellValue =
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** Empty, `null`, or a form of NaN or infinity: no reading. */
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly problem: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
const NONE: CellValue = { kind: 'none' };

/**
 * What a cell of a CSV file says, by the rules for payloads without quotes around their texts: a number, `true` or
 * `false`, JSON, else a text.
 */
export function cellValue(cell: string): CellValue {
  const text = cell.trim();
  if (NUMBER.test(text)) return { kind: 'value', value: Number(text) };
  if (text === '' || text === 'null' || NOT_FINITE.test(text)) return NONE;
  if (text === 'true' || text === 'false') return { kind: 'value', value: text === 'true' };
  const first = text[0];
  if (first !== '{' && first !== '[' && first !== '"') return { kind: 'value', value: text };
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch {
    if (first === '"') return { kind: 'value', value: text };
    return { kind: 'malformed', problem: `starts like JSON and is none: ${text.slice(0, 60)}` };
  }
}
