import type { Expression } from '../expression.js';
import type { Condition, Signal } from '../rule.js';
import type { Table } from '../table.js';
import { operandsOf } from './read-comparison.js';
import type { RuleDraft } from './read-rule.js';
import { walkRule } from './walk-rule.js';

type Lookup = Extract<Signal, { kind: 'lookup' }>;

/**
 * Warns of cells that are texts where a number is needed: what is compared with one is unknown for that machine, and
 * nothing else would say so. A rule runs all the same, as most machines may be right.
 */
export function checkLookups(draft: RuleDraft, tables: readonly Table[]): void {
  const check = new LookupCheck(draft, tables);
  walkRule(draft.rule, {
    condition: (condition) => check.condition(condition),
    expression: (expression) => check.expression(expression),
    signal: (signal) => {
      if (signal.kind === 'aggregate' && signal.limit?.operand.kind === 'signal')
        check.number(signal.limit.operand.signal, signal.limit.operand);
    },
  });
}

/** Operators of expressions that take numbers only. */
const OF_NUMBERS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '**', '<', '<=', '>', '>=']);

class LookupCheck {
  readonly #draft: RuleDraft;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #lets: ReadonlyMap<string, Signal>;

  constructor(draft: RuleDraft, tables: readonly Table[]) {
    this.#draft = draft;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.#lets = new Map(draft.rule.lets.map(({ name, signal }) => [name, signal]));
  }

  condition(condition: Condition): void {
    if (condition.kind !== 'compare' || !('operand' in condition.comparison || 'low' in condition.comparison))
      return;
    const { comparison, signal } = condition;
    if (comparison.comparator === 'equals' || comparison.comparator === 'notEquals') return;
    this.number(signal, signal);
    for (const operand of operandsOf(comparison))
      if (operand.kind === 'signal') this.number(operand.signal, operand);
  }

  expression(expression: Expression): void {
    if (expression.kind !== 'binary' || !OF_NUMBERS.has(expression.operator)) return;
    for (const part of [expression.left, expression.right])
      if (part.kind === 'name') this.number({ kind: 'name', name: part.name }, part);
  }

  /** A number is needed here. */
  number(signal: Signal, part: object): void {
    const lookup = this.#lookup(signal);
    if (lookup === null) return;
    const table = this.#tables.get(lookup.table);
    const column = table?.columns.indexOf(lookup.column) ?? -1;
    const row = table?.rows.findIndex((cells) => typeof cells[column]?.value === 'string') ?? -1;
    if (table === undefined || row < 0) return;
    const text = JSON.stringify(table.rows[row]?.[column]?.text);
    const message = `A number is needed here, and row ${row + 1} of the table \`${table.name}\` has ${text} for \`${lookup.column}\`.`;
    const hint = 'What is made of it is unknown there. Empty the cell, if there is none.';
    this.#draft.context.reportOn(part, { code: 'kind-mismatch', severity: 'warning', message, hint });
  }

  /** The lookup that a signal is, by whatever name. */
  #lookup(signal: Signal): Lookup | null {
    if (signal.kind === 'lookup') return signal;
    if (signal.kind === 'value') return this.#lookup(signal.of);
    const named = signal.kind === 'name' ? this.#lets.get(signal.name) : undefined;
    return named === undefined || named === signal ? null : this.#lookup(named);
  }
}
