import type { Table } from '../table.js';
import { didYouMean } from './did-you-mean.js';
import type { Span } from './json-tree.js';
import type { RuleDraft } from './read-rule.js';
import type { RuleScope } from './rule-scope.js';
import type { Tables } from './tables.js';
import { walkRule } from './walk-rule.js';

/** Reports what a rule asks of tables that they do not have. Gives the tables it uses, by name. */
export function checkTables(draft: RuleDraft, scope: RuleScope, tables: Tables): Table[] {
  const check = new TableCheck(draft, scope, tables);
  walkRule(draft.rule, {
    signal: (signal) => {
      if (signal.kind === 'lookup') check.lookup(signal.table, signal.column, draft.context.placeOf(signal));
    },
    condition: (condition) => {
      if (condition.kind === 'absent' && condition.expected !== null)
        check.expected(condition.expected, draft.context.placeOf(condition));
    },
  });
  return check.used;
}

class TableCheck {
  readonly #draft: RuleDraft;
  readonly #scope: RuleScope;
  readonly #tables: Tables;
  readonly #used = new Map<string, Table>();

  constructor(draft: RuleDraft, scope: RuleScope, tables: Tables) {
    this.#draft = draft;
    this.#scope = scope;
    this.#tables = tables;
  }

  get used(): Table[] {
    return [...this.#used.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  lookup(name: string, column: string, place: Span): void {
    const table = this.#table(name, place);
    if (table === null) return;
    this.#column(table, column, place);
    const { labels, hasHiddenLabels } = this.#scope;
    if (hasHiddenLabels || table.keyColumns(labels).length > 0) return;
    const message = `No column of the table \`${name}\` is called like a label of the rule.`;
    const hint =
      labels.size === 0 ? null : `Labels are ${[...labels].map((label) => `\`${label}\``).join(', ')}.`;
    this.#draft.context.report(place, { code: 'no-key-column', message, hint });
  }

  /** Every row is to be an instance. */
  expected(name: string, place: Span): void {
    const table = this.#table(name, place);
    if (table === null || this.#scope.hasHiddenLabels) return;
    for (const label of this.#scope.groupBy) {
      if (this.#column(table, label, place)) this.#levels(table, label, place);
    }
  }

  #table(name: string, place: Span): Table | null {
    const table = this.#tables.byName.get(name);
    if (table !== undefined) {
      this.#used.set(name, table);
      return table;
    }
    const guess = didYouMean(name, this.#tables.names);
    const isBroken = this.#tables.names.has(name);
    const message = isBroken ? `The table \`${name}\` has errors.` : `There is no table \`${name}\`.`;
    const hint = isBroken
      ? null
      : guess
        ? `Did you mean \`${guess}\`?`
        : `It belongs into tables/${name}.csv or tables/${name}.json.`;
    this.#draft.context.report(place, { code: 'unknown-table', message, hint });
    return null;
  }

  #column(table: Table, column: string, place: Span): boolean {
    if (table.columns.includes(column)) return true;
    const guess = didYouMean(column, table.columns);
    const hint = guess
      ? `Did you mean \`${guess}\`?`
      : `It has ${table.columns.map((one) => `\`${one}\``).join(', ')}.`;
    const message = `The table \`${table.name}\` has no column \`${column}\`.`;
    this.#draft.context.report(place, { code: 'unknown-column', message, hint });
    return false;
  }

  /** A label is one level of a topic. */
  #levels(table: Table, label: string, place: Span): void {
    const index = table.columns.indexOf(label);
    const wrong = table.rows.findIndex((row) => row[index]?.text.includes('/'));
    if (wrong < 0) return;
    const text = table.rows[wrong]?.[index]?.text ?? '';
    const message = `Row ${wrong + 1} of the table \`${table.name}\` has "${text}" for \`${label}\`, which is no level of a topic.`;
    this.#draft.context.report(place, { code: 'invalid-value', message });
  }
}
