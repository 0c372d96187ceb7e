// Aim: the caret stands under the place, whatever the line is made of.
import { expect, test } from 'vitest';
import type { Issue } from '../../../rules/format/issue.js';
import { showIssue } from '../../../rules/format/show-issue.js';

function issue(column: number, endColumn: number, line = 1): Issue {
  const rest = { code: 'unknown-key', severity: 'error', message: 'No.', hint: 'Do.' } as const;
  return { file: 'a.json', line, column, endColumn, ...rest };
}

test.each([
  ['a line', '{"abve":1}', issue(2, 8), ['  {"abve":1}', '   ^^^^^^']],
  ['a later line, with \\r\\n', '{\r\n"abve":1}\r\n', issue(1, 7, 2), ['  "abve":1}', '  ^^^^^^']],
  ['behind a byte order mark', '\uFEFF{"a":1}', issue(2, 5), ['  {"a":1}', '   ^^^']],
  ['behind a tab', '\t"a":1', issue(2, 5), ['  \t"a":1', '  \t^^^']],
  ['behind and under wide characters', '"温度":"警報"', issue(6, 10), ['  "温度":"警報"', '         ^^^^^^']],
  ['behind an emoji, which is two code units', '"\u{1F600}":1', issue(6, 7), ['  "\u{1F600}":1', '       ^']],
  ['at the end of the file', '{"a":', issue(6, 7), ['  {"a":', '       ^']],
  ['with control characters', '"\u001b[31m\u202E":1', issue(1, 8), ['  "�[31m�":1', '  ^^^^^^^']],
  [
    'in a long line',
    `${'x'.repeat(300)}"abve"${'y'.repeat(300)}`,
    issue(301, 307),
    [`  …${'x'.repeat(40)}"abve"${'y'.repeat(74)}…`, `   ${' '.repeat(40)}^^^^^^`],
  ],
])('%s', (_, text, one, lines) => {
  expect(showIssue(one, text).split('\n')).toEqual([
    `a.json:${one.line}:${one.column}: error: No. [unknown-key]`,
    ...lines,
    '  Do.',
  ]);
});

test('without the source and without a hint', () => {
  expect(showIssue({ ...issue(1, 2), hint: null }, null)).toBe('a.json:1:1: error: No. [unknown-key]');
});

test('with a style', () => {
  const style = {
    place: (t: string) => `P(${t})`,
    severity: (t: string, s: string) => `S(${t},${s})`,
    caret: (t: string) => `C(${t})`,
    hint: (t: string) => `H(${t})`,
  };
  expect(showIssue(issue(2, 5), '{"a":1}', style).split('\n')).toEqual([
    'P(a.json:1:2:) S(error:,error) No. [unknown-key]',
    '  {"a":1}',
    '   C(^^^)',
    '  H(Do.)',
  ]);
});

test('a message cannot steer the terminal', () => {
  expect(showIssue({ ...issue(1, 2), message: 'a\u001b[2Jb', hint: 'c\nd' }, null)).toBe(
    'a.json:1:1: error: a�[2Jb [unknown-key]\n  c�d',
  );
});
