import type { Scalar } from '../reading.js';
import { type Cell, Table } from '../table.js';
import { Document, type SourceFile } from './document.js';
import type { Issue } from './issue.js';
import {
  describeNode,
  headOf,
  type JsonNode,
  type JsonObject,
  type JsonScalar,
  type Span,
} from './json-tree.js';
import { type CsvRow, parseCsv } from './parse-csv.js';

/** What a file of the folder `tables/` says; `null`: it has errors. */
export interface ReadTable {
  readonly name: string;
  readonly table: Table | null;
  readonly issues: readonly Issue[];
}

/** Reads a table: CSV with names of columns in its first line, or a JSON list of objects. Never throws. */
export function readTable(file: SourceFile): ReadTable {
  return file.path.endsWith('.csv') ? readCsvTable(file) : readJsonTable(file);
}

/** `tables/limits.csv` is called `limits`. */
function tableName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
}

function readJsonTable(file: SourceFile): ReadTable {
  const document = new Document(file);
  const name = tableName(file.path);
  const rows = document.root === null ? [] : rowNodes(document, document.root);
  const columns = [...new Set(rows.flatMap(({ properties }) => [...properties.keys()]))];
  const cells = rows.map(({ properties }) =>
    columns.map((column) => jsonCell(document, properties.get(column)?.value)),
  );
  const table = document.hasErrors ? null : new Table(name, columns, cells);
  return { name, table, issues: document.issues };
}

function rowNodes(document: Document, root: JsonNode): JsonObject[] {
  if (root.kind !== 'array') {
    reportBad(document, headOf(root), `A table is a list of objects, not ${describeNode(root)}.`);
    return [];
  }
  return root.items.flatMap((item) => {
    if (item.kind === 'object') return [item];
    reportBad(document, headOf(item), `A row of a table is an object, not ${describeNode(item)}.`);
    return [];
  });
}

function jsonCell(document: Document, node: JsonNode | undefined): Cell {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return EMPTY;
  if (node.kind === 'scalar') return { value: node.value, text: textOf(node) };
  reportBad(document, headOf(node), `A cell is a number, text or boolean, not ${describeNode(node)}.`);
  return EMPTY;
}

function textOf({ value }: JsonScalar): string {
  return String(value);
}

const EMPTY: Cell = { value: null, text: '' };

function reportBad(document: Document, place: Span, message: string): void {
  const hint = 'Write [ { "machine": "m1", "max": 80 }, … ].';
  document.report(place, { code: 'bad-table', message, hint });
}

function readCsvTable(file: SourceFile): ReadTable {
  const name = tableName(file.path);
  const text = file.text.startsWith('\uFEFF') ? file.text.slice(1) : file.text;
  const { rows, openQuote } = parseCsv(text);
  const [head, ...others] = rows;
  const issues =
    openQuote !== null
      ? [csvIssue(file, openQuote, 'A quote that begins here never ends.')]
      : head === undefined
        ? [csvIssue(file, 1, 'There is no line with the names of the columns.')]
        : [...headIssues(file, head), ...lengthIssues(file, head, others)];
  if (issues.length > 0 || head === undefined) return { name, table: null, issues };
  const cells = others.map((row) => row.cells.map((cell) => ({ value: csvValue(cell), text: cell })));
  return { name, table: new Table(name, head.cells, cells), issues: [] };
}

function headIssues(file: SourceFile, { cells, line }: CsvRow): Issue[] {
  return cells.flatMap((name, index) => {
    if (name === '') return [csvIssue(file, line, `Column ${index + 1} has no name.`)];
    const isTwice = cells.indexOf(name) < index;
    return isTwice ? [csvIssue(file, line, `There are two columns \`${name}\`.`)] : [];
  });
}

function lengthIssues(file: SourceFile, head: CsvRow, rows: readonly CsvRow[]): Issue[] {
  return rows
    .filter(({ cells }) => cells.length !== head.cells.length)
    .map(({ cells, line }) =>
      csvIssue(
        file,
        line,
        `This line has ${cells.length} cell${cells.length === 1 ? '' : 's'}, and the first one ${head.cells.length}.`,
      ),
    );
}

function csvIssue({ path }: SourceFile, line: number, message: string): Issue {
  const place = { file: path, line, column: 1, endColumn: 2 };
  return { ...place, code: 'bad-table', severity: 'error', message, hint: null };
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What JSON would read as a number or a boolean is one: `007` is a text, and so is `1,5`. */
function csvValue(text: string): Scalar | null {
  if (text === '') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}
