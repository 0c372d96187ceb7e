import type { Issue } from './issue.js';
import { textWidth } from './text-width.js';

/** Puts colour around the parts of an issue; the default leaves them plain. */
export interface IssueStyle {
  readonly place: (text: string) => string;
  readonly severity: (text: string, severity: Issue['severity']) => string;
  readonly caret: (text: string, severity: Issue['severity']) => string;
  readonly hint: (text: string) => string;
}

const PLAIN: IssueStyle = {
  place: (text) => text,
  severity: (text) => text,
  caret: (text) => text,
  hint: (text) => text,
};

/**
 * An issue for people, without a line break at the end:
 *
 * ```text
 * rules/press.json:4:33: error: The key "abve" has no meaning here. [unknown-key]
 *   "when": { "value": "temp", "abve": 80 }
 *                              ^^^^^^
 *   Did you mean `above`?
 * ```
 *
 * `source`: the text of the issue's file, as it was read; `null` if it is not at hand.
 */
export function showIssue(issue: Issue, source: string | null, style: IssueStyle = PLAIN): string {
  const { file, line, column, severity, message, code, hint } = issue;
  const place = style.place(`${file}:${line}:${column}:`);
  const head = `${place} ${style.severity(`${severity}:`, severity)} ${printable(message)} [${code}]`;
  const shown =
    source === null ? [] : sourceExcerpt(source, issue, (carets) => style.caret(carets, issue.severity));
  const advice = hint === null ? [] : [`  ${style.hint(printable(hint))}`];
  return [head, ...shown, ...advice].join('\n');
}

/** Longer lines (minified files) are shown around the place only. */
const WIDTH_MAX = 120;
const BEFORE_PLACE = 40;

/** The line of a place, with carets below it; nothing if the text has no such line. */
export function sourceExcerpt(
  source: string,
  place: Pick<Issue, 'line' | 'column' | 'endColumn'>,
  caret: (carets: string) => string,
): string[] {
  const line = lineOf(source, place.line);
  if (line === null) return [];
  const from = line.length <= WIDTH_MAX ? 0 : Math.max(0, place.column - 1 - BEFORE_PLACE);
  const shown = line.slice(from, from + WIDTH_MAX);
  const start = place.column - 1 - from;
  const end = Math.min(place.endColumn - 1 - from, WIDTH_MAX);
  const before = (from > 0 ? ' ' : '') + blank(shown.slice(0, start));
  const carets = '^'.repeat(Math.max(1, textWidth(shown.slice(start, end))));
  const text = `${from > 0 ? '…' : ''}${printable(shown)}${from + WIDTH_MAX < line.length ? '…' : ''}`;
  return [`  ${text.trimEnd()}`, `  ${before}${caret(carets)}`];
}

function lineOf(source: string, line: number): string | null {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', start);
    if (end === -1) return null;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

/** Spaces as wide as the text; tabs stay, so that the caret stands right however wide they are shown. */
function blank(text: string): string {
  return [...text]
    .map((character) => (character === '\t' ? '\t' : ' '.repeat(textWidth(character))))
    .join('');
}

/** Text of files is untrusted: what could steer a terminal is shown as `�`. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (one) =>
    one === '\t' ? one : '�',
  );
}
