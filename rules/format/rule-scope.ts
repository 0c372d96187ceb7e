import type { Input } from '../rule.js';
import { child, keysOf } from './json-tree.js';
import type { RuleDraft } from './read-rule.js';

/** What the names of a rule stand for. */
export interface RuleScope {
  readonly inputs: ReadonlyMap<string, Input>;
  /** Inputs and `let` signals, those that could not be read too. */
  readonly signals: ReadonlySet<string>;
  /** Labels that make an instance, in order. */
  readonly groupBy: readonly string[];
  /** What the inputs capture, in order of first capture. */
  readonly captured: readonly string[];
  /** Labels that have one value in every instance: `groupBy` and the fixed ones. */
  readonly labels: ReadonlySet<string>;
  /** Labels may come that are not seen here: from inputs that could not be read. */
  readonly hasHiddenLabels: boolean;
  /** Names may be declared in what could not be read: those that seem to stand for nothing are let pass. */
  readonly hasHiddenSignals: boolean;
}

export function scopeOf({ rule, node, groupBy: given, keys }: RuleDraft): RuleScope {
  const inputs = child(node, 'inputs');
  const lets = child(node, 'let');
  const inputNames = keysOf(inputs);
  const hasHiddenSignals =
    inputs?.kind !== 'object' ||
    inputs.properties.size === 0 ||
    (lets ?? inputs).kind !== 'object' ||
    keysOf(node).some((key) => !keys.has(key));
  const captured = [...new Set(rule.inputs.flatMap(capturesOf))];
  const groupBy = given ?? captured;
  return {
    inputs: new Map(rule.inputs.map((input) => [input.name, input])),
    signals: new Set([...inputNames, ...keysOf(lets)]),
    groupBy,
    captured,
    labels: new Set([...groupBy, ...rule.labels.map(({ name }) => name)]),
    hasHiddenLabels: hasHiddenSignals || rule.inputs.length < inputNames.length,
    hasHiddenSignals,
  };
}

export function capturesOf(input: Input): readonly string[] {
  return input.source.pattern.captures;
}

/** Pooled: an instance may have more than one series of the input (rule reference, section 2). */
export function isPooled(input: Input, scope: RuleScope): boolean {
  return (
    input.source.pattern.hasWildcard || capturesOf(input).some((label) => !scope.groupBy.includes(label))
  );
}
