import type { Plan } from '../engine.js';
import type { TopicPattern } from '../topic-pattern.js';
import { inputIndex } from './binder.js';
import type { DeadlineHeap } from './deadline-heap.js';
import { expectedKeys } from './expected-keys.js';
import type { FunctionCalls } from './function-calls.js';
import type { Instance } from './instance.js';
import type { Moment } from './moment.js';
import type { Population } from './population.js';
import { type RuleChanges, ruleChanges } from './rule-changes.js';
import type { RulePlan } from './rule-plan.js';
import { instanceKey, type RuleRuntime } from './rule-runtime.js';
import type { Steps } from './steps.js';
import { Suppression } from './suppression.js';
import { TopicIndex } from './topic-index.js';
import { WarmInstances } from './warm-instances.js';
import { type BoundTopics, WarmSources } from './warm-sources.js';

/** What runs rules. */
export interface Runner extends BoundTopics {
  readonly moment: Moment;
  readonly population: Population;
  readonly steps: Steps;
  readonly heap: DeadlineHeap<Instance>;
  readonly functions: FunctionCalls;
  readonly isStarted: boolean;
  start(time: number): void;
}

/** Takes the first plan up: there is nothing yet that it changes. */
export function begin({ population, binder, steps, functions }: Runner, plan: Plan): void {
  const { runtimes, units } = ruleChanges([], plan, functions);
  binder.replan(inputIndex(runtimes, units), new TopicIndex());
  population.runtimes = runtimes;
  steps.suppression = new Suppression(runtimes);
}

/**
 * Goes over to another plan, in one step (rule reference, section 7, "Changed rules"). What costs anything are the
 * rules that differ: their instances, and the topics that these read. The same plan is no step at all.
 *
 * @param warmed runs some of these rules, has seen the past, and stands at the same time: what they would have made of it
 * is theirs here too
 */
export function replan(runner: Runner, plan: Plan, warmed: Runner | null = null): void {
  const { moment, population, binder, steps } = runner;
  const changes = ruleChanges(population.runtimes, plan, runner.functions);
  const { runtimes, units, unchanged, changed, ended } = changes;
  if (unchanged.size === runtimes.length && ended.size === 0) return;
  const index = inputIndex(runtimes, units);
  const concerned = topicsConcerned(changes);
  const sources = warmed === null ? null : new WarmSources(runner, warmed);
  // What gave a reading in one of its steps gave none in the step that begins.
  if (warmed !== null) moment.step = Math.max(moment.step, warmed.moment.step);
  steps.begin();
  if (warmed !== null) runner.functions.takeOver(warmed.functions);
  runner.functions.keepOnly(units.flatMap(({ rule }) => rule.functions));
  const warmth = new WarmInstances(runner, warmed, changes);
  warmth.endSucceeded();
  endRules(runner, changes);
  for (const [runtime, { plan: next }] of changed) endUnexpected(runner, runtime, next);
  for (const [runtime, { plan: next }] of changed) runtime.become(next);
  runtimes.forEach((runtime, rank) => {
    runtime.takeRank(rank);
  });
  binder.replan(index, concerned);
  population.runtimes = runtimes;
  sources?.take();
  const begun = new Set(changes.begun);
  for (const runtime of runtimes) {
    const change = changed.get(runtime);
    if (change !== undefined) changeInstances(runner, runtime, change.isRestated ? null : warmth);
    if (change?.isRestated === false || begun.has(runtime)) warmth.begin(runtime);
  }
  showAgain(runner);
  steps.endSwap(new Suppression(runtimes, steps.suppression, unchanged));
  if (runner.isStarted) steps.beginExpected([...changed.keys(), ...changes.begun]);
  else if (moment.now !== Number.NEGATIVE_INFINITY) runner.start(moment.now);
}

function endRules({ population, steps }: Runner, { ended }: RuleChanges): void {
  for (const [runtime, reason] of ended) {
    for (const instance of runtime.inKeyOrder()) {
      steps.end(instance, reason);
      population.remove(instance);
    }
  }
}

/** A machine that never spoke is no instance any more when no table names it. */
function endUnexpected({ population, steps }: Runner, runtime: RuleRuntime, next: RulePlan): void {
  const named = new Set(expectedKeys(next).map(instanceKey));
  for (const labelValues of expectedKeys(runtime.plan)) {
    const { key, instance, isHeard } = runtime.slot(labelValues);
    if (named.has(key) || instance === null || isHeard) continue;
    steps.end(instance, 'rule changed');
    population.remove(instance);
  }
}

/** @param warmth `null`: only words differ */
function changeInstances({ steps, heap }: Runner, runtime: RuleRuntime, warmth: WarmInstances | null): void {
  for (const slot of runtime.slots.values()) {
    const { instance } = slot;
    if (instance === null) continue;
    if (warmth === null) instance.restate();
    else {
      instance.become(warmth.of(runtime, slot));
      steps.swap(instance);
    }
    heap.file(instance);
  }
}

/** What views and models have given is there for those who read it from here on, too. */
function showAgain({ population, steps }: Runner): void {
  for (const runtime of population.runtimes) {
    if (runtime.plan.supply === null) continue;
    for (const instance of runtime.inKeyOrder()) {
      if (instance.outlet === null) continue;
      instance.outlet.lookAgain();
      steps.reach(steps.give(instance));
    }
  }
}

/** The topics of the rules of which anything but words differs. */
function topicsConcerned({ changed, ended, begun }: RuleChanges): TopicIndex<TopicPattern> {
  const evaluated = [...changed].filter(([, { isRestated }]) => !isRestated).map(([runtime]) => runtime);
  const index = new TopicIndex<TopicPattern>();
  for (const { rule } of [...evaluated, ...ended.keys(), ...begun]) {
    for (const { source } of rule.inputs) index.add(source.pattern, source.pattern);
  }
  return index;
}
