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

export const INPUTS = `{ "temp": "f/{line}/{machine}/temp", "mode": "f/{line}/{machine}/mode", "ambient": "f/{line}/ambient",
  "pool": "f/{line}/{machine}/{sensor}/t", "any": "f/{line}/+/{machine}/x" }`;

/**
 * A rule file. The part that matters to a test is on a line of its own (the second `let`, the third `when`), so that
 * columns count within it.
 */
export function ruleText({
  inputs = INPUTS,
  let: lets = '{}',
  when = '"temp > 80"',
  more = '',
}: RuleParts): string {
  return `{"id":"a", ${more} "inputs":${inputs.replaceAll('\n', ' ')},"groupBy":["line","machine"],"let":\n${lets}\n,"when":\n${when}\n}`;
}

/** Issues as "column-endColumn code", those outside the line of a part with their line before. */
export function placesIn(text: string, line: number, options?: { allowAll?: boolean }): string[] {
  return loadRules([{ path: 'a.json', text }], options).issues.map(
    (one) => `${one.line === line ? '' : `${one.line}:`}${one.column}-${one.endColumn} ${one.code}`,
  );
}

/** The only rule of a file without mistakes. */
export function ruleOf(parts: RuleParts): Rule {
  const { rules, issues } = loadRules([{ path: 'a.json', text: ruleText(parts) }], { allowAll: true });
  const [rule] = rules;
  if (!rule) throw new Error(JSON.stringify(issues, null, 2));
  return rule;
}
