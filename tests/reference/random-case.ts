import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { type EngineInput, type Mess, randomInputs, ruleId } from './random-inputs.js';
import { type RandomRule, randomRules } from './random-rule.js';
import { oneOf } from './random-source.js';

/** A rule file and what happens to it, both as plain data. */
export interface RandomCase {
  readonly rules: readonly Readonly<Record<string, JsonValue>>[];
  readonly inputs: readonly EngineInput[];
}

/** Rule sets in the form users write, and messages, passing of time, gaps and commands for them. */
export const randomCase: fc.Arbitrary<RandomCase> = oneOf(
  [2, casesWith('tidy')],
  [1, casesWith('some')],
  [1, casesWith('wild')],
);

function casesWith(mess: Mess): fc.Arbitrary<RandomCase> {
  return fc
    .tuple(
      randomRules(mess === 'tidy'),
      randomInputs(mess),
      fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }),
      oneOf([5, fc.constant(false)], [1, fc.constant(true)]),
    )
    .map(([drawn, inputs, suppression, areTwins]) => {
      const rules = areTwins ? twins(drawn) : drawn;
      return {
        rules: rules.map((rule, index) => completed(rule, index, rules.length, suppression[index] ?? 0)),
        inputs: inputs(rules),
      };
    });
}

/** All say what the first does, so that they share whatever can be shared. */
function twins(rules: readonly RandomRule[]): RandomRule[] {
  return rules.map((rule) => rules[0] ?? rule);
}

/** The case as a person reads it: the rules as a file, then one line for each input. */
export function caseText({ rules, inputs }: RandomCase): string {
  const lines = inputs.map((input) => JSON.stringify(input));
  return [ruleFileText(rules), ...lines].join('\n');
}

export function ruleFileText(rules: RandomCase['rules']): string {
  return JSON.stringify({ rules }, null, 2);
}

/** A rule with its id, and, for one in two, the rule after it as its suppressor. */
function completed(
  { source }: RandomRule,
  index: number,
  count: number,
  draw: number,
): RandomCase['rules'][number] {
  const isSuppressed = draw >= 3 && index + 1 < count;
  const suppressor: JsonValue = { rule: ruleId(index + 1) };
  return { id: ruleId(index), ...source, ...(isSuppressed ? { suppressedBy: [suppressor] } : {}) };
}
