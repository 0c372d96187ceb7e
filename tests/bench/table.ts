import type { Target, Unit } from './benchmark.js';
import type { Result, Spread } from './figures.js';

const HEAD = ['', 'CPU (min–max)', 'wall', 'reference', 'against it', 'target', ''];

/** A group's results as a table for a terminal or for Markdown; columns in which nothing stands are left out. */
export function table(results: readonly Result[], form: 'text' | 'markdown'): string {
  const head = HEAD.map((title) => (title.startsWith('CPU') ? measuredTitle(results) : title));
  const rows = results.map(cells);
  const used = HEAD.map((_, column) => column === 0 || rows.some((row) => row[column] !== ''));
  const shown = [head, ...rows].map((row) => row.filter((_, column) => used[column] === true));
  return form === 'text' ? textTable(shown) : markdownTable(shown);
}

function measuredTitle(results: readonly Result[]): string {
  if (results.every(({ wall }) => wall !== null)) return 'CPU (min–max)';
  return results.every(({ unit }) => unit === 'bytes' || unit === 'megabytes')
    ? 'bytes (min–max)'
    : '(min–max)';
}

function cells({ what, unit, measured, wall, reference, target }: Result): string[] {
  return [
    what,
    spreadText(measured, unit),
    wall === null ? '' : withUnit(wall.median, unit),
    reference === null ? '' : `${reference.name}: ${withUnit(reference.measured.median, unit)}`,
    reference === null ? '' : comparedText(reference.compare, reference.compared, unit),
    target === null ? '' : targetText(target, unit),
    target === null ? '' : target.isMet ? 'met' : 'MISSED',
  ];
}

function comparedText(compare: 'ratio' | 'difference', { median }: Spread, unit: Unit): string {
  if (compare === 'ratio') return `${short(median)} ×`;
  return `${median < 0 ? '−' : '+'}${withUnit(Math.abs(median), unit)}`;
}

function targetText({ bound, value, of }: Target, unit: Unit): string {
  return `${bound === 'at least' ? '≥' : '≤'} ${of === 'ratio' ? `${value} ×` : withUnit(value, unit)}`;
}

function spreadText({ median, min, max }: Spread, unit: Unit): string {
  const scale = scaleOf(unit);
  return `${withUnit(median, unit)} (${short(min / scale)}–${short(max / scale)})`;
}

function withUnit(value: number, unit: Unit): string {
  return `${short(value / scaleOf(unit))} ${UNITS[unit]}`.trimEnd();
}

const UNITS: Readonly<Record<Unit, string>> = {
  'per second': 'M/s',
  ns: 'ns',
  ms: 'ms',
  seconds: 's',
  count: '',
  bytes: 'B',
  megabytes: 'MB',
};

function scaleOf(unit: Unit): number {
  return unit === 'per second' ? 1e6 : 1;
}

/** Three digits say all that is known. */
function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}

function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
