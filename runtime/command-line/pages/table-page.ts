import { formatValue } from '../../../rules/engine/message-text.js';
import type { Scalar } from '../../../rules/reading.js';
import type { TableSummary, TableView } from '../../control/table-view.js';
import { oneLine } from '../../delivery/plain-text.js';
import { spanText } from '../../replay/story/span-text.js';
import type { Style } from '../style.js';
import { column, counted, cut, paragraph } from '../text-layout.js';

export interface TablePageOptions {
  readonly width: number;
  readonly style: Style;
}

const COLUMN_MAX = 30;
const GAP = '  ';

/** The views of a site, each with what a row of it has. */
export function tableList(views: readonly TableSummary[], { width, style }: TablePageOptions): string {
  if (views.length === 0) return 'No views.\n';
  const lines = views.flatMap(({ id, title, labels, fields, every, rows }) => {
    const taken = every === null ? '' : `, every ${spanText(every)}`;
    return [
      `${style('bold', id)}  ${counted(rows, 'row')}${taken}`,
      ...(title === null ? [] : paragraph(title, { indent: 2, width })),
      ...paragraph([...labels, ...fields].join(', '), { indent: 2, width }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** The rows of one view as a table. */
export function tablePage(
  { labels, fields, rows }: Pick<TableView, 'labels' | 'fields' | 'rows'>,
  { style }: TablePageOptions,
): string {
  if (rows.length === 0) return 'No rows yet.\n';
  const head = [...labels, ...fields];
  const cells = rows.map((row) => [
    ...labels.map((name) => oneLine(row.labels[name] ?? '')),
    ...fields.map((name) => cellText(row.values[name] ?? null)),
  ]);
  const widths = head.map((name, at) =>
    Math.min(
      COLUMN_MAX,
      Math.max(...[name, ...cells.map((row) => row[at] ?? '')].map(({ length }) => length)),
    ),
  );
  const isRight = (at: number) => at >= labels.length;
  const lineOf = (row: readonly string[]) =>
    row
      .map((text, at) => aligned(text, widths[at] ?? 0, isRight(at)))
      .join(GAP)
      .trimEnd();
  return `${[style('bold', lineOf(head)), ...cells.map(lineOf)].join('\n')}\n`;
}

function aligned(text: string, width: number, isRight: boolean): string {
  if (!isRight) return column(text, width);
  const shown = cut(text, width);
  return ' '.repeat(Math.max(0, width - shown.length)) + shown;
}

function cellText(value: Scalar | null): string {
  return oneLine(formatValue(value, { kind: 'default' }));
}
