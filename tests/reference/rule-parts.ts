import type { Condition, Rule, Window } from '../../rules/rule.js';

type Absent = Extract<Condition, { kind: 'absent' }>;

/** The parts of a rule that have timers of their own, wherever they stand in it. */
export interface RuleParts {
  /** The lengths of all sliding windows. */
  readonly slidingLengths: readonly number[];
  readonly absents: readonly Absent[];
}

export function rulePartsOf(rule: Rule): RuleParts {
  const parts = partsOf(rule);
  const windows = parts.filter((part): part is Window & { kind: 'sliding' } => part.kind === 'sliding');
  return {
    slidingLengths: [...new Set(windows.map((window) => window.overMs))],
    absents: parts.filter((part): part is Absent => part.kind === 'absent'),
  };
}

/** Everything in a rule that has a `kind`. */
function partsOf(value: unknown): { kind: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.values(value).flatMap(partsOf);
  return 'kind' in value ? [value, ...children] : children;
}
