import { createHash } from 'node:crypto';
import type { Rule } from '../rule.js';
import { compareCodePoints } from './code-point-order.js';
import type { FunctionCalls } from './function-calls.js';
import type { Instance } from './instance.js';
import { InstanceSlot } from './instance-slot.js';
import { LabelJoin } from './label-join.js';
import { RulePlan } from './rule-plan.js';
import { type Unit, unitText } from './unit.js';

/** A rule, a view or a model in the engine: its plan and its instances. */
export class RuleRuntime {
  #plan: RulePlan;
  readonly slots = new Map<string, InstanceSlot>();
  #count = 0;
  #inKeyOrder: readonly Instance[] | null = null;
  /** Instances by silence, the longest last, as they were when last looked at. */
  #silent: { readonly instance: Instance; readonly lastReading: number }[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;

  /** Of a forerunner: what shared inputs have named so far. */
  readonly join: LabelJoin | null;
  #hash: string | null = null;
  #rank: number;

  constructor(unit: Unit, rank: number, functions: FunctionCalls) {
    this.#plan = new RulePlan(unit, functions);
    this.#rank = rank;
    this.join = unit.forerunner === null ? null : new LabelJoin(unit.rule.groupBy);
  }

  /** Order among all that runs: views and models before those that read them, rules by id. */
  get rank(): number {
    return this.#rank;
  }

  /** Other rules come and go before it: the order of its own instances among all does not change. */
  takeRank(rank: number): void {
    this.#rank = rank;
  }

  get plan(): RulePlan {
    return this.#plan;
  }

  get rule(): Rule {
    return this.#plan.rule;
  }

  get hash(): string {
    this.#hash ??= hashOf(this.#plan.unit);
    return this.#hash;
  }

  /** Another version of the rule, with the same inputs: the instances stay its own. */
  become(plan: RulePlan): void {
    this.#plan = plan;
    this.#hash = null;
  }

  slot(labelValues: readonly string[]): InstanceSlot {
    const key = instanceKey(labelValues);
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = new InstanceSlot(key, this, labelValues);
      this.slots.set(key, slot);
    }
    return slot;
  }

  /** A list that never changes: another one takes its place when an instance begins or ends. */
  inKeyOrder(): readonly Instance[] {
    this.#inKeyOrder ??= [...this.instances()].sort((a, b) => compareCodePoints(a.key, b.key));
    return this.#inKeyOrder;
  }

  /** An instance began (1) or ended (-1). */
  changeCount(by: 1 | -1): void {
    this.#count += by;
    this.#inKeyOrder = null;
  }

  get count(): number {
    return this.#count;
  }

  *instances(): Generator<Instance> {
    for (const { instance } of this.slots.values()) if (instance !== null) yield instance;
  }

  /** The inactive instance without a reading for the longest time, the first by key of several; `null`: all fire. */
  longestSilent(now: number): Instance | null {
    const listed = this.#takeSilent();
    // One silent since before the list was made is more silent than any that came after.
    if (listed !== null && listed.lastReading < this.#listedAt) return listed;
    this.#listSilent(now);
    return this.#takeSilent();
  }

  /** Firing ones stay on the list: they may have calmed down when it is asked again. */
  #takeSilent(): Instance | null {
    for (let i = this.#silent.length - 1; i >= 0; i--) {
      const { instance, lastReading } = this.#silent[i] ?? {};
      const isStill = instance !== undefined && !instance.isEnded && instance.lastReading === lastReading;
      if (isStill && instance.alert.state !== 'inactive') continue;
      this.#silent.splice(i, 1);
      if (isStill) return instance;
    }
    return null;
  }

  #listSilent(now: number): void {
    this.#listedAt = now;
    this.#silent = [...this.instances()]
      .map((instance) => ({ instance, lastReading: instance.lastReading }))
      .sort((a, b) => b.lastReading - a.lastReading || compareCodePoints(b.instance.key, a.instance.key));
  }
}

/** What a rule says, in few characters: two rules with one hash say the same. */
export function hashOf(unit: Unit): string {
  return createHash('sha256').update(unitText(unit)).digest('base64');
}

/** Orders as the label values do one after the other: no topic holds U+0000, which sorts before all else. */
export function instanceKey(labelValues: readonly string[]): string {
  return labelValues.join('\u0000');
}
