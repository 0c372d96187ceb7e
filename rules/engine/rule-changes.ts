import type { EndReason } from '../alert-event.js';
import type { Plan } from '../engine.js';
import { withForerunners } from './forerunners.js';
import type { FunctionCalls } from './function-calls.js';
import { decisionKey, inputsKey } from './rule-identity.js';
import { RulePlan } from './rule-plan.js';
import { hashOf, RuleRuntime } from './rule-runtime.js';
import { supplyKey, type Unit, unitsOf } from './unit.js';

/** What becomes of the rules that run when others are to run. */
export interface RuleChanges {
  /** What runs then, in the order in which it settles. */
  readonly runtimes: readonly RuleRuntime[];
  /** The unit that each runs then. */
  readonly units: readonly Unit[];
  /** They say the same. */
  readonly unchanged: ReadonlySet<RuleRuntime>;
  /** They say something else of the same inputs: their instances go over. */
  readonly changed: ReadonlyMap<RuleRuntime, ChangedRule>;
  /** Their instances end. */
  readonly ended: ReadonlyMap<RuleRuntime, EndReason>;
  readonly begun: readonly RuleRuntime[];
}

export interface ChangedRule {
  readonly plan: RulePlan;
  /** It decides as before: only words differ, or what happens to its events. */
  readonly isRestated: boolean;
}

/** Compares a plan with what runs. Throws, with nothing changed, if one of its rules cannot run. */
export function ruleChanges(
  runtimes: readonly RuleRuntime[],
  plan: Plan,
  functions: FunctionCalls,
): RuleChanges {
  const before = new Map(runtimes.map((runtime) => [runtime.rule.id, runtime]));
  const units = withForerunners(unitsOf(plan));
  const unchanged = new Set<RuleRuntime>();
  const changed = new Map<RuleRuntime, ChangedRule>();
  const begun: RuleRuntime[] = [];
  const next = units.map((unit, rank) => {
    const { rule } = unit;
    const runtime = before.get(rule.id);
    if (runtime?.hash === hashOf(unit)) unchanged.add(runtime);
    else if (runtime !== undefined && inputsKey(runtime.rule) === inputsKey(rule)) {
      changed.set(runtime, changedRule(runtime, unit, functions));
    } else {
      const made = new RuleRuntime(unit, rank, functions);
      begun.push(made);
      return made;
    }
    return runtime;
  });
  return { runtimes: next, units, unchanged, changed, ended: endedRules(runtimes, next, plan), begun };
}

function changedRule({ plan }: RuleRuntime, unit: Unit, functions: FunctionCalls): ChangedRule {
  const isRestated =
    decisionKey(plan.rule) === decisionKey(unit.rule) && supplyKey(plan.supply) === supplyKey(unit.supply);
  return { plan: new RulePlan(unit, functions), isRestated };
}

function endedRules(
  before: readonly RuleRuntime[],
  after: readonly RuleRuntime[],
  { rules }: Plan,
): Map<RuleRuntime, EndReason> {
  const goOn = new Set(after);
  const enabled = new Map(rules.map((rule) => [rule.id, rule.enabled]));
  const reasonOf = (id: string): EndReason => {
    const isEnabled = enabled.get(id);
    return isEnabled === undefined ? 'rule removed' : isEnabled ? 'rule changed' : 'disabled';
  };
  return new Map(
    before
      .filter((runtime) => !goOn.has(runtime))
      .map((runtime) => [runtime, reasonOf(runtime.rule.id)] as const),
  );
}
