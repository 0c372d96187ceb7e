/** One line of a CSV file, or several where a quoted cell has line breaks. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** Where it begins, 1-based. */
  readonly line: number;
}

/** Cells are parted by what parts the names in the head: commas, else semicolons, else tabs. */
const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Takes CSV apart (RFC 4180): cells may stand in double quotes, a quote in them written twice. Spaces around a cell do
 * not count, nor do lines without anything. `openQuote`: the line of a quote that never ends.
 */
export function parseCsv(text: string): { rows: CsvRow[]; openQuote: number | null } {
  const [head = ''] = text.split('\n', 1);
  const separator = SEPARATORS.find((one) => head.includes(one)) ?? ',';
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const begin = line;
    for (;;) {
      const cell = readCell(text, at, separator);
      if (cell === null) return { rows, openQuote: line };
      cells.push(cell.text);
      line += cell.breaks;
      at = cell.end;
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    at++;
    line++;
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: begin });
  }
  return { rows, openQuote: null };
}

interface ReadCell {
  readonly text: string;
  /** Where the separator or the end of the line is. */
  readonly end: number;
  /** Line breaks in it. */
  readonly breaks: number;
}

/** `null`: a quote that never ends. */
function readCell(text: string, from: number, separator: string): ReadCell | null {
  let at = from;
  while (text[at] === ' ') at++;
  if (text[at] !== '"') {
    const end = endOfCell(text, from, separator);
    return { text: text.slice(from, end).trim(), end, breaks: 0 };
  }
  let inner = '';
  for (let next = at + 1; ; ) {
    const quote = text.indexOf('"', next);
    if (quote < 0) return null;
    inner += text.slice(next, quote);
    next = quote + 1;
    if (text[next] !== '"') {
      const end = endOfCell(text, next, separator);
      const rest = text.slice(next, end).trim();
      return { text: `${inner}${rest}`.trim(), end, breaks: inner.split('\n').length - 1 };
    }
    inner += '"';
    next++;
  }
}

function endOfCell(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
  return text[end] !== separator && text[end - 1] === '\r' && end > from ? end - 1 : end;
}
