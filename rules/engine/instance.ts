import type { AlertEvent, EndReason } from '../alert-event.js';
import { fitted } from '../exact-lists.js';
import type { Scalar } from '../reading.js';
import type { Rule } from '../rule.js';
import type { Standstill } from '../signals/reading-source.js';
import type { SignalNode } from '../signals/signal-node.js';
import type { WindowSet } from '../windows/window-set.js';
import { Alert, type Change } from './alert.js';
import { carryOver, takeOver } from './carry-over.js';
import { createOutlet } from './create-outlet.js';
import type { Timed } from './deadline-heap.js';
import { episodeOf, type Fired } from './episode.js';
import { eventOf } from './event-of.js';
import { handOver } from './hand-over.js';
import { type BoundInput, InstanceBuilder, type Stateful } from './instance-builder.js';
import type { InstanceParts } from './instance-parts.js';
import type { InstanceSlot } from './instance-slot.js';
import { labelsOf } from './labels-of.js';
import type { Moment } from './moment.js';
import type { Outlet } from './outlet.js';
import type { QuietRanges } from './quiet-ranges.js';
import type { RulePlan } from './rule-plan.js';
import type { RuleRuntime } from './rule-runtime.js';
import { Shift } from './shift.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';
import { createWatch, type Watch } from './watch.js';

/** One rule for one set of label values: its operators, its alert, its timers. */
export class Instance implements Timed {
  deadline = Number.POSITIVE_INFINITY;
  slot = -1;
  readonly runtime: RuleRuntime;
  inputs: readonly BoundInput[];
  alert: Alert;
  /** What it gives on; `null`: it is one of a rule. */
  outlet: Outlet | null = null;
  /** The last snapshot that has it. */
  savedIn = 0;
  /** The connection of that message; `undefined`: one that is always up. Kept where it gives something on. */
  heardBy: string | undefined = undefined;
  /** The last step in which something that it reads changed. Kept where views or models are read. */
  reachedIn = -1;
  isSuppressed = false;
  /** It is over: silent for `forgetAfter`, or told to end. */
  isEnded = false;

  #signals: readonly SignalNode[] = [];
  #stateful: readonly Stateful[] = [];
  /** Windows over derived signals: this instance's own. */
  #derivedWindows: readonly WindowSet[] = [];
  /** What an event shows, as `valueNames` of the plan names it; `null`: the inputs as they come. */
  #values: readonly SignalNode[] | null = null;
  /** Engine time. */
  #begunAt: number;
  /** `null`: it must settle in every step that reaches it. */
  #watch: Watch | null = null;
  readonly #moment: Moment;
  readonly #place: InstanceSlot;
  /** The version of its rule that it is of. */
  #plan: RulePlan;
  /** The step in which its signals last settled. */
  #settledIn = -1;
  /** Where the rule has a schedule. */
  #shift: Shift | null = null;
  /** Its last alert: once it has fired. */
  #fired: Fired | null = null;

  constructor({ runtime, slot, inputs, moment, forerunner }: InstanceParts) {
    this.runtime = runtime;
    this.#place = slot;
    this.#plan = runtime.plan;
    this.inputs = inputs;
    this.#begunAt = moment.now;
    this.#moment = moment;
    this.alert = this.#build(runtime.plan, forerunner);
  }

  get rank(): number {
    return this.runtime.rank;
  }

  get key(): string {
    return this.#place.key;
  }

  /** In `groupBy` order. */
  get labelValues(): readonly string[] {
    return this.#place.labelValues;
  }

  get rule(): Rule {
    return this.#plan.rule;
  }

  /** Makes the operators of a version of its rule. */
  #build(plan: RulePlan, forerunner: Instance | null = null): Alert {
    const { rule } = plan;
    const builder = new InstanceBuilder(plan, this.inputs, () => this.labels, this.#moment, this.#begunAt);
    this.#values = plan.showsInputsOnly ? null : plan.valueNames.map((name) => builder.named(name));
    const levels = rule.levels.map((level) => builder.level(level));
    const alert = new Alert(levels, plan.alertOptions);
    this.outlet = createOutlet(plan, builder, { labelValues: this.labelValues, moment: this.#moment });
    this.#signals = fitted(builder.signals);
    this.#stateful = fitted(builder.stateful);
    this.#derivedWindows = fitted(builder.derivedWindows);
    if (forerunner !== null) {
      takeOver(forerunner.#stateful, this.#stateful);
      builder.seedRuns();
    }
    this.#shift = plan.schedule === null ? null : new Shift(plan.schedule);
    this.#openWatch();
    const isBare = this.outlet === null && this.#shift === null && plan.forerunner === null;
    this.#watch = isBare ? createWatch(alert.levels, this.#signals) : null;
    return alert;
  }

  /** Arrival of the last message that gave one of its inputs a reading, else its beginning. */
  get lastReading(): number {
    let last = this.#begunAt;
    for (let i = 0; i < this.inputs.length; i++)
      last = Math.max(last, this.inputs[i]?.source.heardAt ?? last);
    return last;
  }

  /** The signals that decide whether a message of the topic may leave it out; none: it may not. */
  watchedOf(topic: string): readonly SignalNode[] {
    return this.#watch?.signalsOf(topic) ?? [];
  }

  /** Does nothing that comes change what is saved of it before it settles? */
  get changesBySettlingOnly(): boolean {
    return this.#watch !== null;
  }

  /** Takes part in what a topic leaves out. */
  join(topic: string, ranges: QuietRanges, position: number): void {
    this.#watch?.join(topic, ranges, position);
  }

  /** Made when asked for: few are. */
  get labels(): Readonly<Record<string, string>> {
    return labelsOf(this.rule, this.labelValues);
  }

  /** Of the last alert: once it has fired. */
  get episode(): string | null {
    return this.#fired?.episode ?? null;
  }

  /** Another version of its rule, in words only. */
  restate(): void {
    this.#plan = this.runtime.plan;
    this.refreshDeadline();
  }

  /**
   * Another version of its rule, with the same inputs. What both have in common keeps its state; conditions and windows
   * of derived signals that are new begin here, or are where those of `warm` are: an instance that has seen the past.
   */
  become(warm: Instance | null = null): void {
    const { rule, inputs, alert } = this;
    const { plan } = this.runtime;
    this.#plan = plan;
    const stateful = this.#stateful;
    const shift = this.#shift;
    this.release();
    this.inputs = plan.rule.inputs.flatMap(
      ({ name }) => inputs[rule.inputs.findIndex((input) => input.name === name)] ?? [],
    );
    this.alert = this.#build(plan);
    if (warm !== null) this.warmUp(warm);
    carryOver(stateful, this.#stateful);
    this.alert.carryOver(alert);
    if (warm !== null) return;
    if (this.#shift !== null) this.#shift.follow(shift, this.#moment);
    else if (shift?.isOff === true) this.alert.forget(this.#moment.now);
  }

  /** Takes over what another instance, of the same version of the rule in another engine, has seen of the past. */
  warmUp(from: Instance): void {
    from.#stateful.forEach(({ node }, i) => {
      const own = this.#stateful[i]?.node;
      if (own !== undefined) handOver(node, own);
    });
    this.alert.warmUp(from.alert);
    if (from.#shift !== null && this.#shift !== null) handOver(from.#shift, this.#shift);
    this.#begunAt = Math.min(this.#begunAt, from.#begunAt);
    this.heardBy = from.heardBy;
  }

  /** Takes over the alert of an instance with the same labels, of another version of the rule with other inputs. */
  succeed(from: Instance): void {
    this.alert.succeed(from.alert);
    this.#fired = from.#fired;
    this.isSuppressed = from.isSuppressed;
  }

  /** The step in which it goes over to another version of its rule: at most one event. */
  swap(moment: Moment, events: AlertEvent[]): void {
    this.#settleSignals(moment);
    this.outlet?.settle(moment);
    const isOn = this.#shift?.isOn(moment, this.alert) ?? true;
    this.alert.swap(moment, isOn, moment.changes);
    if (moment.changes.length > 0) this.#publish(moment, events);
    this.refreshDeadline();
  }

  /** One step: everything that changes is applied, then the conditions, then the alert. */
  settle(moment: Moment, events: AlertEvent[]): void {
    this.#settleSignals(moment);
    if (this.#shift?.isOn(moment, this.alert) ?? true) this.alert.settle(moment, moment.changes);
    else this.alert.rest(moment, moment.changes);
    if (this.outlet !== null) this.outlet.settle(moment);
    if (moment.changes.length > 0) this.#publish(moment, events);
    if (this.#isForgotten(moment)) this.end('forgotten', moment, events);
    this.refreshDeadline();
    if (!this.isEnded) this.#watch?.close(this.deadline);
  }

  end(reason: EndReason, moment: Moment, events: AlertEvent[]): void {
    this.#openWatch();
    this.#settleSignals(moment);
    this.alert.end(reason, moment.changes);
    if (moment.changes.length > 0) this.#publish(moment, events);
    if (reason !== 'reset' || this.#isForgotten(moment)) this.isEnded = true;
    this.refreshDeadline();
  }

  /** Has it been silent for so long that it ends, being inactive? */
  #isForgotten({ now }: Moment): boolean {
    return this.alert.state === 'inactive' && now >= this.lastReading + this.rule.forgetAfterMs;
  }

  release(): void {
    for (const signal of this.#signals) if (signal.isOwn) signal.release();
  }

  /**
   * The suppression ended while the alert fires. It says what its signals are at this instant, though its own step may be
   * still to come in it: those that it shares with other rules may have gone on, and that must not show.
   */
  unsuppress(moment: Moment, events: AlertEvent[]): void {
    if (this.#settledIn !== moment.step) this.#settleSignals(moment);
    moment.changes.push({ event: 'unsuppressed', severity: this.alert.severity });
    this.#publish(moment, events);
  }

  /** Something changes without a step. */
  #openWatch(): void {
    if (this.#watch?.isClosed === true) this.alert.refreshDeadlines();
    this.#watch?.open();
  }

  /**
   * Messages that left it out may have moved what it waits for: then this is no step. It is one where the step of another
   * instance moved it: what they share shows then what is new to this one.
   */
  reviewDeadline(): void {
    if (this.#watch?.isClosed !== true) return;
    const due = this.deadline;
    this.alert.refreshDeadlines();
    this.refreshDeadline();
    if (this.deadline > due && !this.#watch.holds(this.#moment)) this.deadline = due;
  }

  refreshDeadline(): void {
    let deadline = this.alert.deadline;
    for (let i = 0; i < this.#signals.length; i++) {
      const own = this.#signals[i]?.deadline ?? Number.POSITIVE_INFINITY;
      if (own < deadline) deadline = own;
    }
    if (this.alert.state === 'inactive')
      deadline = Math.min(deadline, this.lastReading + this.rule.forgetAfterMs);
    if (this.outlet !== null) deadline = Math.min(deadline, this.outlet.deadline);
    this.deadline = Math.min(deadline, this.alert.conditionDeadline(), this.#shift?.deadline ?? deadline);
  }

  shift(deltaMs: number): void {
    this.#begunAt += deltaMs;
    this.alert.shift(deltaMs);
    // Only now: the sources have moved already.
    this.#openWatch();
    for (const signal of this.#signals) if (signal.isOwn) signal.shift(deltaMs);
    for (const windows of this.#derivedWindows) windows.shift(deltaMs);
    this.#clockChanged();
  }

  /** The clock of one of its sources was stopped, or goes on after a standstill. */
  stoodStill(source: SignalNode, standstill: Standstill): void {
    this.#openWatch();
    for (const signal of this.#signals) signal.stoodStill(source, standstill);
    this.alert.stoodStill(source, standstill);
    this.refreshDeadline();
  }

  offsetChanged(): void {
    this.#shift?.offsetChanged(this.#moment);
    for (const windows of this.#derivedWindows) windows.offsetChanged();
    this.#clockChanged();
  }

  /** Deadlines moved without a step. */
  #clockChanged(): void {
    this.outlet?.clockChanged(this.#moment);
    for (const signal of this.#signals) signal.refreshDeadline();
    this.refreshDeadline();
  }

  /** Is one of its inputs silent? */
  get isStale(): boolean {
    return this.inputs.some(({ source }) => source.isSilent);
  }

  /** Every input, then every `let`, in file order; unknown is `null`. */
  values(): Record<string, Scalar | null> {
    const { valueNames } = this.#plan;
    const signals = this.#values ?? this.inputs.map(({ source }) => source);
    return Object.fromEntries(signals.map((signal, i) => [valueNames[i] ?? '', signal.scalar()]));
  }

  #settleSignals(moment: Moment): void {
    this.#settledIn = moment.step;
    for (let i = 0; i < this.#signals.length; i++) this.#signals[i]?.settle(moment);
  }

  #publish(moment: Moment, events: AlertEvent[]): void {
    for (const change of moment.changes) events.push(this.#event(change, moment));
    moment.changes.length = 0;
  }

  #event(change: Change, moment: Moment): AlertEvent {
    if (change.event === 'firing') {
      const time = moment.now + moment.offset;
      const before = this.#fired?.at === moment.now ? this.#fired.episode : null;
      this.#fired = { episode: episodeOf(this.rule.id, this.labels, time, before), at: moment.now };
    }
    return eventOf(this, change, moment, this.#fired);
  }

  /** @param now the moment that is saved: it may have passed */
  save(writer: StateBytes, now: number): void {
    const dueSince = this.deadline <= now ? this.deadline : Number.NaN;
    writer
      .number(this.#begunAt)
      .number(this.#fired?.at ?? 0)
      .text(this.episode ?? '')
      .number(dueSince);
    for (let i = 0; i < this.#stateful.length; i++) this.#stateful[i]?.node.save(writer);
    this.alert.save(writer);
    this.#shift?.save(writer);
    if (this.outlet !== null) writer.scalar(this.heardBy);
  }

  load(reader: StateBytesReader, moment: Moment): void {
    this.#begunAt = reader.number();
    const at = reader.number();
    const episode = reader.text();
    this.#fired = episode === '' ? null : { episode, at };
    const dueSince = reader.number();
    for (const { node } of this.#stateful) node.load(reader);
    this.alert.load(reader);
    this.#shift?.load(reader);
    if (this.outlet !== null) this.heardBy = reader.optionalText();
    this.alert.refreshDeadlines();
    // What is due settles in its own step.
    if (!Number.isNaN(dueSince)) {
      this.deadline = dueSince;
      return;
    }
    for (const signal of this.#signals) signal.settle(moment);
    this.refreshDeadline();
  }
}
