import type { Aggregate, Condition, Rule, Signal } from '../../rules/rule.js';

type Absent = Extract<Condition, { kind: 'absent' }>;

/** The parts of a rule that have state or timers of their own, wherever they stand in it. */
export interface RuleParts {
  readonly aggregates: readonly Aggregate[];
  readonly absents: readonly Absent[];
  /** Signals whose readings something looks at. */
  readonly looked: readonly Signal[];
  /** The conditions of `during` windows. */
  readonly runs: readonly Condition[];
}

type Part = { readonly kind: unknown };

export function rulePartsOf(rule: Rule): RuleParts {
  // A call in an expression is a node of the same kind around the aggregate.
  const parts = partsOf(rule).filter((part) => !('aggregate' in part));
  const aggregates = parts.filter((part): part is Aggregate => part.kind === 'aggregate');
  const lookers = parts.filter(
    (part): part is Part & { of: Signal } =>
      part.kind === 'aggregate' ||
      part.kind === 'previous' ||
      part.kind === 'ewma' ||
      part.kind === 'changed',
  );
  return {
    aggregates,
    absents: parts.filter((part): part is Absent => part.kind === 'absent'),
    looked: lookers.map((looker) => looker.of),
    runs: aggregates.flatMap(({ window }) => (window.kind === 'during' ? [window.condition] : [])),
  };
}

/** Everything in a rule that has a `kind`. */
function partsOf(value: unknown): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.values(value).flatMap(partsOf);
  return 'kind' in value ? [value, ...children] : children;
}
