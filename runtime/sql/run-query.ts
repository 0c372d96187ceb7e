import type { TableView } from '../control/table-view.js';
import type { HistorySettings } from '../history/history-settings.js';
import { HistoryUnreadable, StoredHistory } from '../history/stored-history.js';
import type { JobContext } from '../jobs/job-contract.js';
import { JobRefused } from '../jobs/job-error.js';
import { Database, databaseFailure, type MadeTable, type SqlValue } from '../storage/database.js';
import { openStateReader, StateUnreadable } from '../storage/state-reader.js';
import { historyTables } from './history-tables.js';
import { cellOf, stateTables } from './state-tables.js';

export interface QueryInput {
  readonly dataFolder: string;
  readonly settings: HistorySettings;
  /** One statement that gives rows. */
  readonly sql: string;
  /** With their rows, as they are now. */
  readonly views: readonly TableView[];
  readonly rowsMax: number;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** There are more rows. */
  readonly isCut: boolean;
  /** What could not be read: lines for people. */
  readonly problems: readonly string[];
}

/** Statements that only give rows begin so. */
const READING = /^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)*(SELECT|WITH|VALUES|EXPLAIN)\b/i;

/**
 * Answers a question in SQL. It is put to a database of its own, in memory, whose tables are made from what is stored when
 * they are asked for: whatever the question is, it reaches no file.
 *
 * @throws {JobRefused} the question is wrong, or what is stored cannot be read
 */
export function runQuery(input: QueryInput, { report }: JobContext<number>): QueryResult {
  if (!READING.test(input.sql)) {
    throw new JobRefused('bad-query', 'only a SELECT: nothing can be changed here');
  }
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void } | null>(one: T): T => {
    if (one !== null) opened.push(one);
    return one;
  };
  try {
    const state = keep(openStateReader(input.dataFolder));
    const history = keep(StoredHistory.open(input.dataFolder, input.settings));
    const db = keep(new Database(':memory:'));
    const offset = history.offsets.at(Number.POSITIVE_INFINITY);
    const tables = [...historyTables(history), ...stateTables(state, offset)];
    const all = [...tables, ...viewTables(input.views, tables)];
    for (const table of all) db.addTable(table);
    const found = answer(db, { ...input, report, tables: all });
    const { damaged } = history;
    const lost = damaged === 0 ? [] : [`${damaged} chunks are damaged and were left out`];
    return { ...found, problems: [...history.problems, ...lost] };
  } catch (error) {
    if (error instanceof StateUnreadable || error instanceof HistoryUnreadable) {
      throw new JobRefused('unreadable', error.message);
    }
    throw error;
  } finally {
    for (const one of opened.reverse()) one.close();
  }
}

interface Question extends Pick<QueryInput, 'sql' | 'rowsMax'> {
  readonly report: (rows: number) => void;
  readonly tables: readonly MadeTable[];
}

function answer(db: Database, { sql, rowsMax, report, tables }: Question): Omit<QueryResult, 'problems'> {
  try {
    const query = db.query(sql);
    if (query === null) throw new JobRefused('bad-query', 'only a SELECT: nothing can be changed here');
    const rows: (readonly SqlValue[])[] = [];
    for (const row of query.rows()) {
      if (rows.length === rowsMax) return { columns: query.columns, rows, isCut: true };
      rows.push(row);
      report(rows.length);
    }
    return { columns: query.columns, rows, isCut: false };
  } catch (error) {
    throw explained(error, tables);
  }
}

/** A view whose name is taken has another. */
function viewTables(views: readonly TableView[], tables: readonly MadeTable[]): MadeTable[] {
  const taken = new Set(tables.map(({ name }) => name.toLowerCase()));
  return views.map(({ id, labels, fields, rows }) => ({
    name: taken.has(id.toLowerCase()) ? `view_${id}` : id,
    columns: [...labels, ...fields],
    parameters: [],
    *rows() {
      for (const row of rows) {
        yield [
          ...labels.map((label) => cellOf(row.labels[label])),
          ...fields.map((field) => cellOf(row.values[field])),
        ];
      }
    },
  }));
}

function explained(error: unknown, tables: readonly MadeTable[]): unknown {
  // `RangeError`: the driver says that it is none, or more than one.
  if (databaseFailure(error) === null && !(error instanceof RangeError)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/more than one statement/.test(message)) return new JobRefused('bad-query', 'one statement at a time');
  const names = tables.map(({ name }) => name).join(', ');
  const hint = message.startsWith('no such table') ? `; there are ${names}` : '';
  return new JobRefused('bad-query', `${message}${hint}`);
}
