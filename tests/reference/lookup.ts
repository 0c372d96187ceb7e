import type { Scalar } from '../../rules/reading.js';
import type { Rule, Signal } from '../../rules/rule.js';

/** The cell in the first row whose columns that are called like labels have their texts. */
export function lookup(
  { tables }: Rule,
  labels: Readonly<Record<string, string>>,
  { table: name, column, default: otherwise }: Extract<Signal, { kind: 'lookup' }>,
): Scalar | null {
  const table = tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  const { columns, rows } = table;
  const row = rows.find((cells) =>
    columns.every((key, index) => labels[key] === undefined || labels[key] === cells[index]?.text),
  );
  return row?.[columns.indexOf(column)]?.value ?? otherwise;
}
