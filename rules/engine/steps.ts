import type { AlertEvent, EndReason } from '../alert-event.js';
import { compareCodePoints } from './code-point-order.js';
import type { DeadlineHeap } from './deadline-heap.js';
import type { Instance } from './instance.js';
import type { Moment } from './moment.js';
import type { Population } from './population.js';
import type { QuietRanges } from './quiet-ranges.js';
import type { RuleRuntime } from './rule-runtime.js';
import type { Saver } from './saver.js';
import { Suppression } from './suppression.js';

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);
const NONE_SETTLED: Instance[] = [];
const NO_INSTANCES: readonly Instance[] = Object.freeze([]);

/** Steps: everything that changes is settled, instance by instance, then suppression; events gather on the way. */
export class Steps {
  suppression = new Suppression([]);
  #events: AlertEvent[] = [];
  /** Where the present step's events begin, whose they are, and what ended in it by command or to make room. */
  #from = 0;
  readonly #owners: Instance[] = [];
  readonly #ended: Instance[] = [];
  /** What of the present step has yet to settle, in order, from `#next` on; filled only where something is supplied. */
  readonly #reached: Instance[] = [];
  #next = 0;
  /** What goes over to another version of its rule settles with that. */
  readonly #swapped = new Set<Instance>();
  readonly #beforeChange = (instance: Instance): void => this.saver.beforeInstance(instance);
  /** Carries what an instance gives to those who read it: views and models have readers. */
  give: (instance: Instance) => readonly Instance[] = () => NO_INSTANCES;

  constructor(
    private readonly moment: Moment,
    private readonly heap: DeadlineHeap<Instance>,
    private readonly population: Population,
    private readonly saver: Saver,
  ) {}

  begin(isLate = false): void {
    this.moment.step++;
    this.moment.late = isLate;
    this.#from = this.#events.length;
    // Setting a length costs as much as the rest of a step, also where nothing changes.
    if (this.#ended.length > 0) this.#ended.length = 0;
    if (this.#owners.length > 0) this.#owners.length = 0;
  }

  /**
   * Settles these instances, in order, then suppression: the rest of a step.
   *
   * @param quiet knows which of them stay as they are
   */
  settle(instances: readonly Instance[], quiet: QuietRanges | null = null): void {
    // Views and models come first in the order of a step.
    if (this.#reached.length > 0 || (instances.length > 0 && instances[0]?.outlet !== null)) {
      this.reach(instances);
      const settled = this.#settleReached();
      if (!this.suppression.isIdle) this.#settleSuppression(settled);
      return;
    }
    const isPlain = this.suppression.isIdle;
    const isSaving = this.saver.isBusy;
    const settled: Instance[] = isPlain ? NONE_SETTLED : [];
    for (let i = 0; i < instances.length; i++) {
      if (quiet?.holds(i, this.moment) === true) continue;
      const instance = instances[i];
      if (instance === undefined) break;
      if (isSaving) this.saver.beforeInstance(instance);
      instance.settle(this.moment, this.#events);
      if (isPlain) this.#afterSettling(instance);
      else {
        this.#own(instance);
        settled.push(instance);
      }
    }
    if (!isPlain) this.#settleSuppression(settled);
  }

  /** These have something new to see in the present step. */
  reach(instances: readonly Instance[]): void {
    for (const instance of instances) {
      if (instance.reachedIn === this.moment.step) continue;
      instance.reachedIn = this.moment.step;
      let at = this.#reached.length;
      while (at > this.#next && settlesBefore(instance, this.#reached[at - 1])) at--;
      this.#reached.splice(at, 0, instance);
    }
  }

  /** Settles what was reached, and what that reaches; suppression is left to the caller. */
  #settleReached(): Instance[] {
    const isPlain = this.suppression.isIdle;
    const settled: Instance[] = [];
    for (let i = 0; i < this.#reached.length; i++) {
      const instance = this.#reached[i];
      this.#next = i + 1;
      if (instance === undefined || instance.isEnded || this.#swapped.has(instance)) continue;
      this.saver.beforeInstance(instance);
      instance.settle(this.moment, this.#events);
      settled.push(instance);
      if (isPlain) this.#afterSettling(instance);
      else this.#own(instance);
      if (instance.outlet !== null) this.reach(this.give(instance));
    }
    this.#reached.length = 0;
    this.#next = 0;
    return settled;
  }

  /** The step in which instances begin that no message begins. */
  beginExpected(runtimes: Iterable<RuleRuntime>): void {
    const begun: Instance[] = [];
    for (const runtime of runtimes) {
      for (const instance of this.population.beginExpected(runtime)) begun.push(instance);
    }
    if (begun.length === 0) return;
    this.begin();
    this.settle(begun.sort((a, b) => a.rank - b.rank || compareCodePoints(a.key, b.key)));
  }

  /** Ends an instance within a step. */
  end(instance: Instance, reason: EndReason): void {
    this.saver.beforeInstance(instance);
    instance.end(reason, this.moment, this.#events);
    this.#own(instance);
    this.#ended.push(instance);
    if (instance.outlet !== null) this.reach(this.give(instance));
  }

  /** A step that only ends one instance, or resets it. */
  endAlone(instance: Instance, reason: EndReason): void {
    this.begin();
    this.end(instance, reason);
    const settled = this.#settleReached();
    if (!this.suppression.isIdle) this.#settleSuppression(settled);
    this.#afterSettling(instance);
  }

  /** An instance goes over to another version of its rule. */
  swap(instance: Instance): void {
    this.#swapped.add(instance);
    instance.swap(this.moment, this.#events);
    this.#own(instance);
    if (instance.outlet !== null) this.reach(this.give(instance));
  }

  /** The rest of a step in which the rules changed: events in the order of the rules, then suppression. */
  endSwap(suppression: Suppression): void {
    const wasPlain = this.suppression.isIdle;
    const settled = this.#settleReached();
    this.#swapped.clear();
    const owned = this.#events.splice(this.#from).map((event, i) => ({ event, owner: this.#owners[i] }));
    owned.sort(
      (a, b) =>
        compareCodePoints(a.event.rule, b.event.rule) ||
        compareCodePoints(a.owner?.key ?? '', b.owner?.key ?? ''),
    );
    const events = owned.map(({ event }) => event);
    const owners = owned.flatMap(({ owner }) => owner ?? []);
    const beforeChange = this.#beforeChange;
    suppression.takeOver(this.suppression, this.moment, { events, owners, beforeChange });
    if (settled.length > 0) suppression.settle(settled, this.moment, { events, owners, beforeChange });
    this.suppression = suppression;
    this.#put(events);
    if (!wasPlain) for (const instance of settled) this.#afterSettling(instance);
  }

  /** Fires the timers due by `until`, at most so many. True if nothing is due any more. */
  fireTimers(until: number, stepsMax = Number.POSITIVE_INFINITY): boolean {
    for (let steps = 0; steps < stepsMax; steps++) {
      const due = this.heap.takeDue(until);
      if (due === null) return true;
      if (due.deadline > this.moment.now) this.moment.now = due.deadline;
      this.settleByTime(due);
    }
    return this.heap.next > until;
  }

  /** A step of one instance that time alone makes. */
  settleByTime(instance: Instance): void {
    this.begin();
    this.settle([instance]);
  }

  /** The events so far, the caller's to keep. */
  take(): readonly AlertEvent[] {
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #settleSuppression(instances: readonly Instance[]): void {
    const events = this.#events.splice(this.#from);
    const settled = [...this.#ended, ...instances];
    const beforeChange = this.#beforeChange;
    this.suppression.settle(settled, this.moment, { events, owners: this.#owners, beforeChange });
    this.#put(events);
    for (const instance of instances) this.#afterSettling(instance);
  }

  /** One by one: a step may have more events than a call has arguments. */
  #put(events: readonly AlertEvent[]): void {
    for (const event of events) this.#events.push(event);
  }

  /** The step's newest events are this instance's. */
  #own(instance: Instance): void {
    while (this.#owners.length < this.#events.length - this.#from) this.#owners.push(instance);
  }

  #afterSettling(instance: Instance): void {
    if (instance.isEnded) this.population.remove(instance);
    else this.heap.file(instance);
  }
}

function settlesBefore(a: Instance, b: Instance | undefined): boolean {
  if (b === undefined) return false;
  return a.rank !== b.rank ? a.rank < b.rank : compareCodePoints(a.key, b.key) < 0;
}
