// Aim: topic patterns are split into levels; the mistakes have rows in rule-issues.test.ts.
import { expect, test } from 'vitest';
import { parseTopicPattern } from '../../../rules/format/parse-topic-pattern.js';

/** Levels as text: captures in braces, wildcards as they are, literals in quotes. */
function shown(text: string) {
  const parsed = parseTopicPattern(text);
  if (parsed.kind === 'refused') return parsed.message;
  const { levels, captures, hasWildcard } = parsed.pattern;
  const words = levels.map((level) => {
    if (level.kind === 'capture') return `{${level.name}}`;
    if (level.kind === 'literal') return JSON.stringify(level.text);
    return level.kind === 'any' ? '+' : '#';
  });
  return `${words.join(' ')} captures [${captures}]${hasWildcard ? ' wild' : ''}`;
}

test.each([
  ['a', '"a" captures []'],
  ['f/{line}/+/{machine}/#', '"f" {line} + {machine} # captures [line,machine] wild'],
  ['#', '# captures [] wild'],
  ['/a//', '"" "a" "" "" captures []'],
  ['$SYS/broker', '"$SYS" "broker" captures []'],
  ['a b/ä/{_x1}', '"a b" "ä" {_x1} captures [_x1]'],
  ['{__proto__}', '`{__proto__}` names no label.'],
  ['{a}{b}', 'In `{a}{b}` the braces are not the whole level.'],
  ['a/}', 'In `}` the braces are not the whole level.'],
  ['a/##', 'In `##` the wildcard is not the whole level.'],
  ['x'.repeat(65_535), `"${'x'.repeat(65_535)}" captures []`],
  ['x'.repeat(65_536), 'A topic has at most 65535 bytes.'],
  ['ä'.repeat(32_768), 'A topic has at most 65535 bytes.'],
])('%.40s', (text, expected) => {
  expect(shown(text)).toBe(expected);
});
