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

/** The events of a step with the instance each is of. */
export interface StepEvents {
  readonly events: AlertEvent[];
  readonly owners: readonly Instance[];
  /** Called before an instance changes that has not settled in the step. */
  readonly beforeChange: (instance: Instance) => void;
}

const NO_LINKS: readonly Link[] = [];

/** Suppression of alerts by alerts, settled after all instances of a step. */
export class Suppression {
  readonly #linksOf = new Map<RuleRuntime, Link[]>();
  readonly #linksBy = new Map<RuleRuntime, Link[]>();
  /** Instances of suppressing rules that fire, as they were after the last step. */
  readonly #firing = new Set<Instance>();

  /** Links between two rules that did not change are taken over as they are. */
  constructor(
    private readonly runtimes: readonly RuleRuntime[],
    before: Suppression | null = null,
    unchanged: ReadonlySet<RuleRuntime> = new Set(),
  ) {
    const runtimeOf = new Map(runtimes.map((runtime) => [runtime.rule.id, runtime]));
    for (const of of runtimes) {
      for (const entry of of.rule.suppressedBy) {
        const by = runtimeOf.get(entry.rule);
        if (by === undefined) continue;
        const isUnchanged = unchanged.has(of) && unchanged.has(by);
        const known = before !== null && isUnchanged ? before.#known(by, of, entry) : undefined;
        this.#add(known ?? newLink(by, of, entry));
      }
    }
    for (const by of this.#linksBy.keys()) {
      for (const instance of by.instances()) if (fires(instance)) this.#firing.add(instance);
    }
  }

  /** Is there anything to settle at all? */
  get isIdle(): boolean {
    return this.#linksOf.size === 0;
  }

  /**
   * Takes the new states of the instances of a step into account, marks their events, and reports the alerts whose
   * suppression ended.
   */
  settle(settled: readonly Instance[], moment: Moment, step: StepEvents): void {
    const linked = settled.filter(({ runtime }) => this.#linksOf.has(runtime) || this.#linksBy.has(runtime));
    if (linked.length === 0) return;
    const affected = new Set(linked);
    for (const instance of linked) for (const other of this.#follow(instance)) affected.add(other);
    this.#review(affected, moment, step);
  }

  /** Which alerts are suppressed follows from which fire: it is worked out after a snapshot was loaded. */
  restore(): void {
    for (const of of this.#linksOf.keys()) {
      for (const instance of of.instances()) instance.isSuppressed = this.#isSuppressed(instance);
    }
  }

  /** Takes over from the rules before, in the step in which they change. */
  takeOver(before: Suppression, moment: Moment, step: StepEvents): void {
    const affected = this.runtimes.filter((runtime) => {
      const now = this.#linksOf.get(runtime) ?? NO_LINKS;
      const then = before.#linksOf.get(runtime) ?? NO_LINKS;
      return now.length !== then.length || now.some((link) => !then.includes(link));
    });
    this.#review(new Set(affected.flatMap((runtime) => [...runtime.instances()])), moment, step);
  }

  /** Finds out which of these are suppressed now, and tells of those that no longer are. */
  #review(
    affected: ReadonlySet<Instance>,
    moment: Moment,
    { events, owners, beforeChange }: StepEvents,
  ): void {
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
    for (const instance of ended) {
      beforeChange(instance);
      instance.unsuppress(moment, events);
    }
  }

  #add(link: Link): void {
    const known = this.#linksOf.get(link.of) ?? [];
    if (known.includes(link)) return;
    this.#linksOf.set(link.of, [...known, link]);
    this.#linksBy.set(link.by, [...(this.#linksBy.get(link.by) ?? []), link]);
  }

  #known(by: RuleRuntime, of: RuleRuntime, entry: Suppressor): Link | undefined {
    const labels = labelsOf(by, of, entry).join('\u0000');
    return this.#linksOf.get(of)?.find((link) => link.by === by && link.labels.join('\u0000') === labels);
  }

  /** Notes whether a suppressing instance fires; returns the instances for which that may change something. */
  #follow(instance: Instance): Instance[] {
    const links = this.#linksBy.get(instance.runtime);
    const isFiring = fires(instance);
    if (links === undefined || isFiring === this.#firing.has(instance)) return [];
    if (isFiring) this.#firing.add(instance);
    else this.#firing.delete(instance);
    return links.flatMap((link) => {
      const key = keyOf(instance, link);
      count(link, key, isFiring ? 1 : -1);
      return [...link.of.instances()].filter((other) => keyOf(other, link) === key);
    });
  }

  #isSuppressed(instance: Instance): boolean {
    const links = this.#linksOf.get(instance.runtime) ?? NO_LINKS;
    return links.some((link) => link.firing.has(keyOf(instance, link)));
  }
}

function newLink(by: RuleRuntime, of: RuleRuntime, entry: Suppressor): Link {
  const link: Link = { by, of, labels: labelsOf(by, of, entry), firing: new Map() };
  for (const instance of by.instances()) if (fires(instance)) count(link, keyOf(instance, link), 1);
  return link;
}

function labelsOf(by: RuleRuntime, of: RuleRuntime, { on }: Suppressor): readonly string[] {
  return on ?? labelNames(of).filter((name) => labelNames(by).includes(name));
}

function fires({ alert, isEnded }: Instance): boolean {
  return alert.state === 'firing' && !isEnded;
}

function count({ firing }: Link, key: string, change: 1 | -1): void {
  const now = (firing.get(key) ?? 0) + change;
  if (now === 0) firing.delete(key);
  else firing.set(key, now);
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
