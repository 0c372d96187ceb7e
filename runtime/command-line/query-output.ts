import type { QueryResult } from '../sql/run-query.js';
import type { SqlValue } from '../storage/database.js';
import { nameCell, valueCell } from './csv-cell.js';
import { queryPage } from './pages/query-page.js';
import type { Style } from './style.js';
import type { TextOutput } from './text-output.js';

export const QUERY_FORMATS = ['table', 'csv', 'ndjson', 'json'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

/** Writes the answer to a question in SQL. */
export async function writeQuery(
  { columns, rows }: QueryResult,
  { format, style }: { readonly format: QueryFormat; readonly style: Style },
  output: TextOutput,
): Promise<void> {
  for (const text of texts({ columns, rows }, format, style)) {
    output.add(text);
    if (output.isFull) await output.flush();
  }
  await output.flush();
}

function* texts(
  { columns, rows }: Pick<QueryResult, 'columns' | 'rows'>,
  format: QueryFormat,
  style: Style,
): Generator<string> {
  switch (format) {
    case 'table':
      yield queryPage({ columns, rows }, style);
      break;
    case 'csv':
      yield `${columns.map(nameCell).join(',')}\n`;
      for (const row of rows) yield `${row.map(csvCell).join(',')}\n`;
      break;
    case 'ndjson': {
      const keys = keysOf(columns);
      for (const row of rows) yield `${objectText(keys, row)}\n`;
      break;
    }
    case 'json': {
      const keys = keysOf(columns);
      yield '[';
      for (const [index, row] of rows.entries())
        yield `${index === 0 ? '\n  ' : ',\n  '}${objectText(keys, row)}`;
      yield rows.length === 0 ? ']\n' : '\n]\n';
      break;
    }
  }
}

function csvCell(value: SqlValue): string {
  if (value === null) return '';
  return valueCell(value instanceof Uint8Array ? hex(value) : value);
}

function objectText(keys: readonly string[], row: readonly SqlValue[]): string {
  return `{${row.map((value, at) => `${keys[at]}:${jsonOf(value)}`).join(',')}}`;
}

/** JSON has −0, and JSON.stringify makes 0 of it. */
function jsonOf(value: SqlValue): string {
  if (Object.is(value, -0)) return '-0';
  return JSON.stringify(value instanceof Uint8Array ? hex(value) : value);
}

/** Columns of one name are told apart: `time`, `time_2`. */
function keysOf(columns: readonly string[]): string[] {
  const seen = new Set<string>();
  return columns.map((name) => {
    let key = name;
    for (let count = 2; seen.has(key); count++) key = `${name}_${count}`;
    seen.add(key);
    return JSON.stringify(key);
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
