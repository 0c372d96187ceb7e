import type { Binder } from './binder.js';
import type { DeadlineHeap } from './deadline-heap.js';
import type { EngineCounts } from './engine-counts.js';
import { expectedKeys } from './expected-keys.js';
import { Instance } from './instance.js';
import type { InstanceSlot } from './instance-slot.js';
import type { Moment } from './moment.js';
import { instanceKey, type RuleRuntime } from './rule-runtime.js';
import type { Saver } from './saver.js';

/** What the instances are tied to. */
export interface PopulationParts {
  readonly moment: Moment;
  readonly counts: EngineCounts;
  readonly binder: Binder;
  readonly heap: DeadlineHeap<Instance>;
  readonly saver: Saver;
}

/** The rules that run, and their instances as they begin and end. */
export class Population {
  #runtimes: readonly RuleRuntime[] = [];
  #runtimeOf: ReadonlyMap<string, RuleRuntime> = new Map();
  /** By the units of whose instances they are ahead, those with the most labels first. */
  #forerunners: ReadonlyMap<string, readonly RuleRuntime[]> = new Map();

  constructor(private readonly parts: PopulationParts) {}

  /** In the order in which they settle. */
  get runtimes(): readonly RuleRuntime[] {
    return this.#runtimes;
  }

  set runtimes(runtimes: readonly RuleRuntime[]) {
    this.#runtimes = runtimes;
    this.#runtimeOf = new Map(runtimes.map((runtime) => [runtime.rule.id, runtime]));
    const forerunners = new Map<string, RuleRuntime[]>();
    for (const runtime of runtimes) {
      const of = runtime.plan.forerunner?.of;
      if (of !== undefined) forerunners.set(of, [...(forerunners.get(of) ?? []), runtime]);
    }
    this.#forerunners = forerunners;
  }

  runtimeOf(rule: string): RuleRuntime | undefined {
    return this.#runtimeOf.get(rule);
  }

  /** In the order in which they settle. */
  *all(): Generator<Instance> {
    for (const runtime of this.#runtimes) yield* runtime.inKeyOrder();
  }

  /** Makes the instance of a slot, without a step. */
  begin(runtime: RuleRuntime, slot: InstanceSlot): Instance {
    const { moment, counts, binder, saver } = this.parts;
    const instance = new Instance({
      runtime,
      slot,
      inputs: binder.inputsOf(runtime, slot.labelValues),
      moment,
      forerunner: this.#forerunnerOf(runtime, slot),
    });
    saver.beforeRoster(runtime);
    slot.begin(instance);
    runtime.changeCount(1);
    if (runtime.join === null) counts.instances++;
    binder.attach(instance);
    return instance;
  }

  /** Makes the instances that a rule has from the start and has not yet, without a step. */
  beginExpected(runtime: RuleRuntime): Instance[] {
    const begun: Instance[] = [];
    for (const labelValues of expectedKeys(runtime.plan)) {
      const slot = runtime.slot(labelValues);
      if (slot.instance !== null) continue;
      if (runtime.count < runtime.rule.maxInstances) begun.push(this.begin(runtime, slot));
      else this.parts.counts.refusedInstances++;
    }
    return begun;
  }

  /** Lets go of an instance that is over. */
  remove(instance: Instance): void {
    const { counts, binder, heap, saver } = this.parts;
    heap.remove(instance);
    binder.detach(instance);
    instance.release();
    const { runtime } = instance;
    const slot = runtime.slots.get(instance.key);
    if (slot === undefined) throw new Error(`rule ${runtime.rule.id} has lost an instance`);
    saver.beforeRoster(runtime);
    slot.end();
    runtime.changeCount(-1);
    if (runtime.join === null) counts.instances--;
  }

  /** The first instance with these labels, which may be some of its own. */
  find(rule: string, labels: Readonly<Record<string, string>>): Instance | null {
    for (const instance of this.runtimeOf(rule)?.instances() ?? []) {
      if (hasLabels(instance, labels)) return instance;
    }
    return null;
  }

  /** The one that has seen the most of the shared inputs of an instance that begins. */
  #forerunnerOf({ rule, plan }: RuleRuntime, { labelValues }: InstanceSlot): Instance | null {
    for (const ahead of this.#forerunners.get(plan.forerunner?.of ?? rule.id) ?? []) {
      const { groupBy } = ahead.rule;
      if (!groupBy.every((label) => rule.groupBy.includes(label))) continue;
      const known = ahead.slots.get(
        instanceKey(groupBy.map((label) => labelValues[rule.groupBy.indexOf(label)] ?? '')),
      );
      if (known !== undefined && known.instance !== null) return known.instance;
    }
    return null;
  }

  /** The instance a command names, or why there is none. */
  named(rule: string, labels: Readonly<Record<string, string>>): Instance | string {
    const runtime = this.runtimeOf(rule);
    if (runtime === undefined || runtime.plan.supply !== null || runtime.join !== null)
      return `there is no rule ${rule}`;
    const missing = runtime.rule.groupBy.filter((name) => !Object.hasOwn(labels, name));
    if (missing.length > 0) return `name every label of the instance: ${missing.join(', ')} missing`;
    return this.find(rule, labels) ?? `rule ${rule} has no instance with these labels`;
  }
}

function hasLabels(instance: Instance, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => instance.labels[name] === value);
}
