import { textWidth } from '../../../rules/format/text-width.js';
import { oneLine } from '../../delivery/plain-text.js';
import type { QueryResult } from '../../sql/run-query.js';
import type { Style } from '../style.js';
import { column, cut } from '../text-layout.js';

const COLUMN_MAX = 40;
const GAP = '  ';

/** The rows of an answer as a table; numbers stand at the right of their columns. */
export function queryPage({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>, style: Style): string {
  const cells = rows.map((row) => row.map(cellText));
  const widths = columns.map((name, at) =>
    Math.min(
      COLUMN_MAX,
      cells.reduce((width, row) => Math.max(width, textWidth(row[at] ?? '')), textWidth(oneLine(name))),
    ),
  );
  const isRight = columns.map((_, at) => rows.every((row) => typeof row[at] !== 'string'));
  const lineOf = (row: readonly string[]) =>
    row
      .map((text, at) => placed(text, widths[at] ?? 0, isRight[at] === true))
      .join(GAP)
      .trimEnd();
  return `${[style('bold', lineOf(columns.map(oneLine))), ...cells.map(lineOf)].join('\n')}\n`;
}

function placed(text: string, width: number, isRight: boolean): string {
  if (!isRight) return column(text, width);
  const shown = cut(text, width);
  return ' '.repeat(width - textWidth(shown)) + shown;
}

function cellText(value: QueryResult['rows'][number][number]): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' ? oneLine(value) : String(value);
}
