// Aim: templates are split into text and placeholders, and what is neither is found.
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../../rules/format/parse-template.js';

/** Parts as text: texts in quotes, placeholders as name:format. */
function shown(text: string): string[] {
  const { template, problems } = parseTemplate(text);
  const parts = template.parts.map((part) => {
    if (part.kind === 'text') return JSON.stringify(part.text);
    const { format } = part;
    return `${part.name}:${format.kind === 'fixed' ? format.decimals : format.kind}`;
  });
  return [...parts, ...problems.map(({ start, end, message }) => `${start}-${end} ${message}`)];
}

describe('parts', () => {
  test.each([
    ['', []],
    ['plain', ['"plain"']],
    ['{a}', ['a:default']],
    ['{a}{b}', ['a:default', 'b:default']],
    ['x {a} y', ['"x "', 'a:default', '" y"']],
    ['{a:.0f} {a:.20f} {a:d}', ['a:0', '" "', 'a:20', '" "', 'a:rounded']],
    ['{ a : .1f }', ['a:1']],
    ['{{', ['"{"']],
    ['{{a}}', ['"{a}}"']],
    ['{{{a}', ['"{"', 'a:default']],
    ['a } b', ['"a } b"']],
    ['{a} is 5 °C \n\u{1F600}', ['a:default', '" is 5 °C \\n\u{1F600}"']],
  ])('%j', (text, parts) => {
    expect(shown(text)).toEqual(parts);
  });
});

describe('mistakes', () => {
  test.each([
    ['{', ['0-1 This brace is never closed.']],
    ['a {b', ['"a "', '2-4 This brace is never closed.']],
    ['{a {b}', ['b:default', '0-3 This brace is never closed.']],
    ['{}', ['0-2 {} is no placeholder.']],
    ['{1a}', ['0-4 {1a} is no placeholder.']],
    ['{a.b}', ['0-5 {a.b} is no placeholder.']],
    ['{a:}', ['0-4 There is no format "".']],
    ['{a:.21f}', ['0-8 There is no format ".21f".']],
    ['{a:2f}', ['0-6 There is no format "2f".']],
  ])('%j', (text, parts) => {
    expect(shown(text)).toEqual(parts);
  });
});
