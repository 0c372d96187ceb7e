import type { AlertEvent } from '../alert-event.js';
import type { Suppressor } from '../rule.js';
import { compareCodePoints } from './code-point-order.js';
import type { Instance } from './instance.js';
import type { Moment } from './moment.js';
import type { RuleRuntime } from './rule-runtime.js';

/** One `suppressedBy` entry: while a `by` instance fires, the `of` instances with the same values are suppressed. */
interface Link {
  readonly by: RuleRuntime;
  readonly of: RuleRuntime;
  readonly labels: readonly string[];
  /** How many `by` instances fire, by their values of `labels`. */
  readonly firing: Map<string, number>;
}

/** Suppression of alerts by alerts, settled after all instances of a step. */
export class Suppression {
  readonly #linksOf = new Map<RuleRuntime, Link[]>();
  readonly #linksBy = new Map<RuleRuntime, Link[]>();
  /** Ranks of the rules that suppress or are suppressed. */
  readonly #linkedRanks = new Set<number>();
  readonly #runtimeOf = new Map<string, RuleRuntime>();
  /** Instances of suppressing rules that fire, as they were after the last step. */
  readonly #firing = new Set<Instance>();

  constructor(runtimes: readonly RuleRuntime[]) {
    for (const runtime of runtimes) this.#runtimeOf.set(runtime.rule.id, runtime);
    for (const of of runtimes) for (const entry of of.rule.suppressedBy) this.#link(of, entry);
  }

  /** Is there anything to settle at all? */
  get isIdle(): boolean {
    return this.#linksOf.size === 0;
  }

  /**
   * Takes the new states of the instances of a step into account, marks their events, and reports the alerts whose
   * suppression ended. `events` are those of this step, from index `from` on.
   */
  settle(
    settled: readonly Instance[],
    moment: Moment,
    events: AlertEvent[],
    owners: readonly Instance[],
  ): void {
    const linked = settled.filter(({ rank }) => this.#linkedRanks.has(rank));
    if (linked.length === 0) return;
    const affected = new Set(linked);
    for (const instance of linked) for (const other of this.#follow(instance)) affected.add(other);
    const fired = new Set(owners.filter((_, i) => events[i]?.event === 'firing'));
    const ended: Instance[] = [];
    for (const instance of affected) {
      const was = instance.isSuppressed;
      instance.isSuppressed = this.#isSuppressed(instance);
      const isStillFiring = instance.alert.state === 'firing' && !fired.has(instance);
      if (was && !instance.isSuppressed && isStillFiring) ended.push(instance);
    }
    events.forEach((event, i) => {
      if (owners[i]?.isSuppressed === true) events[i] = marked(event);
    });
    ended.sort((a, b) => a.rank - b.rank || compareCodePoints(a.key, b.key));
    for (const instance of ended) instance.unsuppress(moment, events);
  }

  /** Counts again after a snapshot was loaded. */
  restore(instances: Iterable<Instance>): void {
    this.#firing.clear();
    for (const links of this.#linksBy.values()) for (const link of links) link.firing.clear();
    for (const instance of instances) this.#follow(instance);
  }

  #link(of: RuleRuntime, { rule, on }: Suppressor): void {
    const by = this.#runtimeOf.get(rule);
    if (by === undefined) return;
    const labels = on ?? labelNames(of).filter((name) => labelNames(by).includes(name));
    const link: Link = { by, of, labels, firing: new Map() };
    this.#linkedRanks.add(of.rank).add(by.rank);
    this.#linksOf.set(of, [...(this.#linksOf.get(of) ?? []), link]);
    this.#linksBy.set(by, [...(this.#linksBy.get(by) ?? []), link]);
  }

  /** Notes whether a suppressing instance fires; returns the instances for which that may change something. */
  #follow(instance: Instance): Instance[] {
    const links = this.#linksBy.get(this.#runtime(instance));
    const fires = instance.alert.state === 'firing' && !instance.isEnded;
    if (links === undefined || fires === this.#firing.has(instance)) return [];
    if (fires) this.#firing.add(instance);
    else this.#firing.delete(instance);
    return links.flatMap((link) => {
      const key = keyOf(instance, link);
      const count = (link.firing.get(key) ?? 0) + (fires ? 1 : -1);
      if (count === 0) link.firing.delete(key);
      else link.firing.set(key, count);
      return [...link.of.instances()].filter((other) => keyOf(other, link) === key);
    });
  }

  #isSuppressed(instance: Instance): boolean {
    const links = this.#linksOf.get(this.#runtime(instance)) ?? [];
    return links.some((link) => link.firing.has(keyOf(instance, link)));
  }

  #runtime(instance: Instance): RuleRuntime {
    const runtime = this.#runtimeOf.get(instance.rule.id);
    if (runtime === undefined) throw new Error(`rule ${instance.rule.id} is not in the plan`);
    return runtime;
  }
}

function labelNames({ rule }: RuleRuntime): string[] {
  return [...rule.groupBy, ...rule.labels.map(({ name }) => name)];
}

function keyOf(instance: Instance, link: Link): string {
  return link.labels.map((name) => instance.labels[name] ?? '').join('\u0000');
}

/** The mark has its place among the keys: before `late` and `stale`. */
function marked({ late, stale, ...event }: AlertEvent): AlertEvent {
  return { ...event, suppressed: true, ...(late ? { late } : {}), ...(stale ? { stale } : {}) };
}
