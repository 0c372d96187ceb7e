import type { Plan } from '../../rules/engine.js';
import type { Rule } from '../../rules/rule.js';
import { reachedInstances } from '../rule-tests/reached-instances.js';
import type { RuleTest } from '../rule-tests/rule-test.js';
import { neededPlan } from './needed-plan.js';

/** What has to run to see whether a test notices that a rule changed. */
export interface RelevantTests {
  /** The rule, and those whose alerts it can suppress: the events of all others stay what they are. */
  readonly affected: ReadonlySet<string>;
  /** What these need. */
  readonly plan: Plan;
  readonly tests: readonly NarrowTest[];
}

export interface NarrowTest {
  readonly test: RuleTest;
  /** Only the events of affected rules; `null`: an expected event may be of any rule. */
  readonly narrow: RuleTest | null;
  /**
   * What passes when it is narrow passes. Otherwise an event that nobody expects at a certain time could come in another
   * order among those of other rules.
   */
  readonly isExact: boolean;
}

/** The tests that look at a rule, or at one that it can suppress, and send it something. */
export function relevantTests(plan: Plan, rule: Rule, tests: readonly RuleTest[]): RelevantTests {
  const affected = affectedBy(plan.rules, rule.id);
  const reach = reachedInstances([rule]);
  const isAlwaysReached = rule.inputs.some(({ source }) => source.kind !== 'topic') || rule.tables.length > 0;
  const looksAt = (test: RuleTest) => test.rules === null || test.rules.some((id) => affected.has(id));
  const isReached = (test: RuleTest) =>
    isAlwaysReached ||
    test.inputs.some((input) => input.kind === 'message' && reach(input.message.topic).length > 0);
  const relevant = tests.filter((test) => looksAt(test) && isReached(test));
  return {
    affected,
    plan: neededPlan(plan, affected),
    tests: relevant.map((test) => narrowTest(test, affected)),
  };
}

function affectedBy(rules: readonly Rule[], id: string): ReadonlySet<string> {
  const affected = new Set([id]);
  // A set that grows while it is gone through is gone through to its end.
  for (const one of affected)
    for (const rule of rules)
      if (rule.suppressedBy.some((other) => other.rule === one)) affected.add(rule.id);
  return affected;
}

function narrowTest(test: RuleTest, affected: ReadonlySet<string>): NarrowTest {
  if (test.expect.some(({ rule }) => rule === undefined)) return { test, narrow: null, isExact: true };
  const expect = test.expect.filter(({ rule }) => rule !== undefined && affected.has(rule));
  const rules = [...affected].filter((id) => test.rules?.includes(id) ?? true);
  const isExact = expect.length === test.expect.length || expect.every(({ at }) => at !== undefined);
  return { test, narrow: { ...test, rules, expect }, isExact };
}
