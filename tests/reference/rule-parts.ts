import type { Condition, Rule, Window } from '../../rules/rule.js';

type Absent = Extract<Condition, { kind: 'absent' }>;

/** The lengths of all sliding windows of a rule, wherever they stand in it. */
export function slidingLengths(rule: Rule): number[] {
  const windows = partsOf(rule).filter(
    (part): part is Window & { kind: 'sliding' } => part.kind === 'sliding',
  );
  return [...new Set(windows.map((window) => window.overMs))];
}

/** All `absent` conditions of a rule. */
export function absents(rule: Rule): Absent[] {
  return partsOf(rule).filter((part): part is Absent => part.kind === 'absent');
}

/** Everything in a rule that has a `kind`. */
function partsOf(value: unknown): { kind: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.values(value).flatMap(partsOf);
  return 'kind' in value ? [value, ...children] : children;
}
