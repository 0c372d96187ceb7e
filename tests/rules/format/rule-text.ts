import { expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { Rule } from '../../../rules/rule.js';

/** Parts of a rule file as JSON text; what is not given is that of a rule without mistakes. */
export interface RuleParts {
  readonly inputs?: string;
  readonly let?: string;
  readonly when?: string;
  /** Further keys, each ending in a comma. */
  readonly more?: string;
}

const INPUTS = `{ "temp": "f/{line}/{machine}/temp", "mode": "f/{line}/{machine}/mode", "ambient": "f/{line}/ambient",
  "pool": "f/{line}/{machine}/{sensor}/t", "any": "f/{line}/+/{machine}/x" }`;

/** A rule file with these parts. */
export function ruleText({
  inputs = INPUTS,
  let: lets = '{}',
  when = '"temp > 80"',
  more = '',
}: RuleParts): string {
  return `{"id":"a", ${more} "inputs":${inputs},"groupBy":["line","machine"],"let":${lets},"when":${when}}`;
}

/** A row of a table of mistakes: the text with ‹each place› that an issue is to point at, and their codes in order. */
export type MistakeRow = [name: string, marked: string, ...codes: string[]];

/** Expects exactly the issues of each row, when `toFile` has made a whole rule file of its text. */
export function testMistakes(rows: readonly MistakeRow[], toFile: (part: string) => string): void {
  test.each(rows.map(([name, part, ...codes]) => ({ name, part, codes })))('$name', ({ part, codes }) => {
    const { text, places } = unmark(toFile(part));
    const { issues } = loadRules([{ path: 'a.json', text }], { allowAll: true });
    expect(issues.map((one) => `${one.line}:${one.column}-${one.endColumn} ${one.code}`)).toEqual(
      codes.map((code, index) => `${places[index]} ${code}`),
    );
  });
}

/** Takes the marks out; places as "line:column-endColumn", in order. */
function unmark(marked: string): { text: string; places: string[] } {
  let text = '';
  let start = '';
  const places: string[] = [];
  for (const character of marked) {
    const lineStart = text.lastIndexOf('\n') + 1;
    const column = text.length - lineStart + 1;
    if (character === '‹') start = `${text.split('\n').length}:${column}`;
    else if (character === '›') places.push(`${start}-${column}`);
    else text += character;
  }
  return { text, places };
}

/** The only rule of a file without mistakes. */
export function ruleOf(parts: RuleParts): Rule {
  const { rules, issues } = loadRules([{ path: 'a.json', text: ruleText(parts) }], { allowAll: true });
  const [rule] = rules;
  if (!rule) throw new Error(JSON.stringify(issues, null, 2));
  return rule;
}
