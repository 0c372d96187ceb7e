import type { CustomFunction } from './custom-function.js';
import type { Expression } from './expression.js';
import type { Scalar } from './reading.js';
import type { Table } from './table.js';
import type { Template } from './template.js';
import type { TopicPattern } from './topic-pattern.js';

/**
 * A rule as the engine takes it: read from its file, every default applied, every name resolved and checked.
 * The file format (`rules/format/`) makes it; nothing else does. All durations are milliseconds.
 */
export interface Rule {
  readonly id: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly runbook: string | null;
  readonly enabled: boolean;
  /** In file order. */
  readonly inputs: readonly Input[];
  /** Labels that make an instance, in order; the default already filled in. */
  readonly groupBy: readonly string[];
  /** In file order; references may point forward but never in a circle. */
  readonly lets: readonly Let[];
  /** Highest severity first; a plain `when` is one level. */
  readonly levels: readonly Level[];
  /** Fixed labels, sorted by name (code points). */
  readonly labels: readonly FixedLabel[];
  /** `null`: always active. */
  readonly active: readonly ActiveSpan[] | null;
  readonly suppressedBy: readonly Suppressor[];
  /** Those that its signals and conditions name, by name. */
  readonly tables: readonly Table[];
  /** Those of the site's that its expressions call, by name. */
  readonly functions: readonly CustomFunction[];
  readonly keepForMs: number;
  readonly latch: boolean;
  readonly onUnknown: 'hold' | 'resolve';
  readonly message: Template;
  /** `null`: the site's routes decide; `[]`: record only. */
  readonly notify: readonly string[] | null;
  readonly quiet: boolean;
  readonly forgetAfterMs: number;
  readonly maxInstances: number;
}

export type Severity = 'info' | 'warning' | 'critical';

/** Lowest first. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

export interface Level {
  readonly severity: Severity;
  readonly condition: Condition;
}

export interface FixedLabel {
  readonly name: string;
  readonly value: string;
}

export interface Input {
  readonly name: string;
  readonly source: InputSource;
  /** `null`: the value never gets too old. */
  readonly maxAgeMs: number | null;
  readonly unit: string | null;
}

export type InputSource =
  | { readonly kind: 'topic'; readonly pattern: TopicPattern; readonly field: string }
  /** `pattern`: the labels of its instances are the captures. */
  | { readonly kind: 'view'; readonly view: string; readonly field: string; readonly pattern: TopicPattern }
  | {
      readonly kind: 'model';
      readonly model: string;
      readonly output: string;
      readonly pattern: TopicPattern;
    };

export interface Let {
  readonly name: string;
  readonly signal: Signal;
}

/** Days are 0 (Monday) to 6; minutes count from local midnight; `toMinute` ≤ `fromMinute` ends the next day. */
export interface ActiveSpan {
  readonly timezone: string;
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

export interface Suppressor {
  readonly rule: string;
  /** `null`: the labels that both rules have. */
  readonly on: readonly string[] | null;
}

// ---- signals ----

export type Signal =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'value'; readonly of: Signal }
  | { readonly kind: 'previous'; readonly of: Signal }
  | Aggregate
  | { readonly kind: 'expression'; readonly expression: Expression; readonly source: string }
  | {
      readonly kind: 'lookup';
      readonly table: string;
      readonly column: string;
      readonly default: Scalar | null;
    }
  | {
      readonly kind: 'across';
      readonly function: AcrossFunction;
      readonly input: string;
      readonly label: string;
    }
  | { readonly kind: 'ewma'; readonly of: Signal; readonly halfLifeMs: number };

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  /** For `percentile` only: 0 < percent < 100; `median` is its own name. */
  readonly percent: number | null;
  readonly of: Signal;
  readonly window: Window;
  /** All must hold for a reading to enter; constant operands, no deadband. */
  readonly where: readonly ConstantComparison[];
  /** `null`: none. */
  readonly minCount: number | null;
  readonly full: boolean;
  /** `rate increase slope integral …`: what the result is rescaled to; 1000 (a second) by default. */
  readonly perMs: number;
  /** `predict` only. */
  readonly aheadMs: number | null;
  /** `timeTo` only. */
  readonly limit: { readonly operand: Operand; readonly from: 'below' | 'above' } | null;
}

export type Window =
  | { readonly kind: 'sliding'; readonly overMs: number }
  | { readonly kind: 'count'; readonly count: number }
  | {
      readonly kind: 'aligned';
      /** `null`: from the boundary before, which is not always `everyMs` ago by local time. */
      readonly overMs: number | null;
      readonly everyMs: number;
      readonly timezone: string | null;
    }
  | { readonly kind: 'session'; readonly gapMs: number; readonly longestMs: number | null }
  | { readonly kind: 'during'; readonly condition: Condition };

export type AggregateFunction =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'range'
  | 'first'
  | 'last'
  | 'delta'
  | 'stddev'
  | 'variance'
  | 'median'
  | 'percentile'
  | 'rms'
  | 'mad'
  | 'zscore'
  | 'increase'
  | 'rate'
  | 'changes'
  | 'distinct'
  | 'slope'
  | 'predict'
  | 'timeTo'
  | 'timeAvg'
  | 'integral'
  | 'duty';

export type AcrossFunction = 'min' | 'max' | 'avg' | 'sum' | 'count' | 'median' | 'range' | 'stddev';

// ---- conditions ----

/**
 * Modifiers stand as conditions around the condition they modify, innermost first: `times`, `for`, `keepFor`.
 * An `absent` with a `for` of its own that is modified by another `for` was wrapped in `all` by the author.
 */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly signal: Signal;
      readonly comparison: Comparison;
      readonly deadband: number;
    }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly source: string }
  | {
      readonly kind: 'absent';
      readonly input: string;
      readonly forMs: number;
      readonly expected: string | null;
    }
  | { readonly kind: 'changed'; readonly of: Signal }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'some'; readonly count: number; readonly of: readonly Condition[] }
  | {
      readonly kind: 'sequence';
      readonly of: readonly Condition[];
      readonly withinMs: number;
      readonly unless: Condition | null;
    }
  | {
      readonly kind: 'after';
      readonly cause: Condition;
      readonly expect: Condition;
      readonly withinMs: number;
    }
  | { readonly kind: 'times'; readonly count: number; readonly withinMs: number; readonly of: Condition }
  | { readonly kind: 'for'; readonly forMs: number; readonly of: Condition }
  | { readonly kind: 'keepFor'; readonly keepForMs: number; readonly of: Condition };

export type OrderComparator = 'above' | 'atLeast' | 'below' | 'atMost';
export type EqualityComparator = 'equals' | 'notEquals';
export type ListComparator = 'in' | 'notIn';
export type RangeComparator = 'between' | 'outside';

export type Comparison =
  | { readonly comparator: OrderComparator | EqualityComparator; readonly operand: Operand }
  | { readonly comparator: ListComparator; readonly operands: readonly Operand[] }
  | { readonly comparator: RangeComparator; readonly low: Operand; readonly high: Operand };

export type Operand =
  | {
      readonly kind: 'literal';
      readonly value: Scalar /** A text that reads as a duration, in seconds: taken beside a number. */;
      readonly seconds: number | null;
    }
  | { readonly kind: 'signal'; readonly signal: Signal };

/** A comparison whose operands are all literals (`where`). */
export type ConstantComparison = Comparison;
