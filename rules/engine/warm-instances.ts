import type { EndReason } from '../alert-event.js';
import type { Instance } from './instance.js';
import type { InstanceSlot } from './instance-slot.js';
import type { Runner } from './replan.js';
import type { RuleChanges } from './rule-changes.js';
import type { RuleRuntime } from './rule-runtime.js';

/** The instances of another engine, which has seen the past, and what they are for those here. */
export class WarmInstances {
  readonly #runner: Runner;
  readonly #warmed: Runner | null;
  readonly #changes: RuleChanges;
  /** Instances of rules with other inputs now, whose alerts go on: by rule and key. */
  readonly #succeeded = new Map<string, ReadonlyMap<string, Instance>>();

  /** @param warmed `null`: there are none */
  constructor(runner: Runner, warmed: Runner | null, changes: RuleChanges) {
    this.#runner = runner;
    this.#warmed = warmed;
    this.#changes = changes;
  }

  /** Lets go of the instances in whose place others with the same labels come: their alerts are not over. */
  endSucceeded(): void {
    const begun = new Map(this.#changes.begun.map((runtime) => [runtime.rule.id, runtime]));
    for (const [runtime, reason] of this.#changes.ended) {
      const next = begun.get(runtime.rule.id);
      if (next !== undefined) this.#letGo(runtime, next, reason);
    }
  }

  #letGo(runtime: RuleRuntime, next: RuleRuntime, reason: EndReason): void {
    const warm = this.#runtimeOf(next);
    const hasSameKeys = runtime.rule.groupBy.join() === next.rule.groupBy.join();
    if (warm === null || reason !== 'rule changed' || !hasSameKeys) return;
    const { population } = this.#runner;
    const succeeded = new Map<string, Instance>();
    for (const instance of runtime.inKeyOrder()) {
      if (warm.slots.get(instance.key)?.instance == null) continue;
      succeeded.set(instance.key, instance);
      population.remove(instance);
    }
    this.#succeeded.set(next.rule.id, succeeded);
  }

  /** The instance that has seen the past with the labels of this slot; `null`: there is none. */
  of(runtime: RuleRuntime, { labelValues }: InstanceSlot): Instance | null {
    return this.#runtimeOf(runtime)?.slot(labelValues).instance ?? null;
  }

  /** Begins the instances that a rule does not have yet, where those of the other engine are. */
  begin(runtime: RuleRuntime): void {
    const warm = this.#runtimeOf(runtime);
    if (warm === null) return;
    const { population, steps, heap } = this.#runner;
    for (const from of warm.inKeyOrder()) {
      const slot = runtime.slot(from.labelValues);
      if (slot.instance !== null || runtime.count >= runtime.rule.maxInstances) continue;
      const instance = population.begin(runtime, slot);
      instance.warmUp(from);
      const before = this.#succeeded.get(runtime.rule.id)?.get(instance.key);
      if (before !== undefined) instance.succeed(before);
      steps.swap(instance);
      heap.file(instance);
    }
  }

  /** The same version of a rule in the other engine. */
  #runtimeOf(runtime: RuleRuntime): RuleRuntime | null {
    const warm = this.#warmed?.population.runtimeOf(runtime.rule.id);
    return warm !== undefined && warm.hash === runtime.hash ? warm : null;
  }
}
