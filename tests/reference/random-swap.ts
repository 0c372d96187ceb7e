import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { caseText, type RandomCase, randomCase, ruleFileText } from './random-case.js';
import { oneOf } from './random-source.js';

type RuleSource = RandomCase['rules'][number];

/** A case whose rules change on the way. */
export interface RandomSwap {
  readonly one: RandomCase;
  /** Before which input. */
  readonly at: number;
  readonly after: RandomCase['rules'];
}

/** What becomes of a rule. */
type Change = 'none' | 'gone' | 'words' | 'limits' | 'durations' | 'condition' | 'other';

const change = oneOf<Change>(
  [3, fc.constant('none')],
  [1, fc.constant('gone')],
  [1, fc.constant('words')],
  [3, fc.constant('limits')],
  [2, fc.constant('durations')],
  [3, fc.constant('condition')],
  [1, fc.constant('other')],
);

export const randomSwap: fc.Arbitrary<RandomSwap> = fc
  .record({
    one: randomCase,
    other: randomCase,
    at: fc.integer({ min: 1, max: 8 }),
    changes: fc.array(change, { minLength: 3, maxLength: 3 }),
  })
  .map(({ one, other, at, changes }) => ({
    one: { ...one, inputs: one.inputs.filter(({ kind }) => kind !== 'replan') },
    at: Math.floor((one.inputs.length * at) / 8),
    after: withoutLooseEnds(
      one.rules.flatMap((rule, index) => {
        const others = [...one.rules, ...other.rules].filter((candidate) => candidate !== rule);
        return changed(rule, changes[index] ?? 'none', others);
      }),
    ),
  }));

export function swapText({ one, at, after }: RandomSwap): string {
  return `${caseText(one)}\nbefore input ${at} the rules become\n${ruleFileText(after)}`;
}

function changed(rule: RuleSource, what: Change, others: readonly RuleSource[]): RuleSource[] {
  switch (what) {
    case 'none':
      return [rule];
    case 'gone':
      return [];
    case 'words':
      return [{ ...rule, message: 'other words', notify: [], labels: { area: 'other' }, keepFor: '20s' }];
    case 'limits':
      return [edited(rule, /("(?:above|atLeast|below|atMost)":)-?\d+(\.\d+)?/g, (_, key) => `${key}17`)];
    case 'durations':
      return [edited(rule, /"(for|keepFor|over|within)":"10s"/g, (_, key) => `"${key}":"20s"`)];
    case 'condition':
      return [withWhenOf(rule, others)];
    case 'other':
      return [{ ...(others.at(-1) ?? rule), id: rule['id'] ?? '' }];
  }
}

function edited(
  rule: RuleSource,
  what: RegExp,
  by: (all: string, ...groups: string[]) => string,
): RuleSource {
  return JSON.parse(JSON.stringify(rule).replace(what, by));
}

/** The condition of another rule on the same inputs, with all that it needs. */
function withWhenOf(rule: RuleSource, others: readonly RuleSource[]): RuleSource {
  const other = others.find((candidate) => topicsOf(candidate) === topicsOf(rule));
  if (other === undefined) return rule;
  const { let: _let, message: _message, severity: _severity, when: _when, ...rest } = rule;
  const taken = ['let', 'message', 'severity', 'when'].flatMap((key) =>
    other[key] === undefined ? [] : [[key, other[key]] as const],
  );
  return { ...rest, ...Object.fromEntries(taken) };
}

/** What makes two rules see the same: their inputs but for `maxAge`, and what they group by. */
function topicsOf({ inputs, groupBy }: RuleSource): string {
  const topics = Object.entries(inputs ?? {}).map(([name, input]: [string, JsonValue]) =>
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? [name, { ...input, maxAge: null }]
      : [name, { topic: input, maxAge: null }],
  );
  return JSON.stringify([topics, groupBy ?? null]);
}

/** A rule cannot be suppressed by one that is not there, nor by itself in a roundabout way. */
function withoutLooseEnds(rules: readonly RuleSource[]): RandomCase['rules'] {
  const later = rules.map(({ id }) => id);
  return rules.map((rule, index) => {
    const { suppressedBy, ...rest } = rule;
    const next = later[index + 1];
    return suppressedBy === undefined || next === undefined || next === null
      ? rest
      : { ...rest, suppressedBy: [{ rule: next }] };
  });
}
