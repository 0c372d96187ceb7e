import type { Table } from '../table.js';
import type { RulePlan } from './rule-plan.js';
import { instanceKey } from './rule-runtime.js';

/**
 * The label values, in `groupBy` order, of the instances that a rule has from the start: of every row of the tables that
 * it expects (`absent` with `expected`), in order of tables and rows, equal ones once. A row with an empty cell names none.
 */
export function expectedKeys({ expected, rule }: RulePlan): (readonly string[])[] {
  const keys = new Map<string, readonly string[]>();
  for (const table of expected) {
    for (const labelValues of rowsOf(table, rule.groupBy)) {
      const key = instanceKey(labelValues);
      if (!keys.has(key) && !labelValues.includes('')) keys.set(key, labelValues);
    }
  }
  return [...keys.values()];
}

function rowsOf({ columns, rows }: Table, groupBy: readonly string[]): string[][] {
  const places = groupBy.map((label) => columns.indexOf(label));
  return rows.map((row) => places.map((place) => row[place]?.text ?? ''));
}
