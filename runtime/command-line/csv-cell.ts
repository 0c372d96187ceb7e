import type { Scalar } from '../../rules/reading.js';
import { cellValue } from '../replay/cell-value.js';

/**
 * A value as a cell of a CSV file. A text that would be read as something else, or that a spreadsheet would run, stands in
 * JSON's quotes.
 */
export function valueCell(value: Scalar): string {
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  const read = cellValue(value);
  const isPlain = read.kind === 'value' && read.value === value && !FORMULA.test(value);
  return quoted(isPlain ? value : JSON.stringify(value));
}

/** Names come from devices too, and stand where a spreadsheet would run them; numbers do not look like formulas to it. */
export function nameCell(text: string): string {
  return quoted(FORMULA.test(text) ? `'${text}` : text);
}

const FORMULA = /^[=+\-@\t\r]/;

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
