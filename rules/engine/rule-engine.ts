import type { AlertEvent, EndReason } from '../alert-event.js';
import type {
  Command,
  CommandResult,
  Engine,
  Explanation,
  InstanceSummary,
  Plan,
  Snapshot,
} from '../engine.js';
import type { Message } from '../reading.js';
import type { Incoming } from '../signals/reading-source.js';
import { UNKNOWN } from '../signals/signal-node.js';
import { Binder } from './binder.js';
import { compareCodePoints } from './code-point-order.js';
import { Connections } from './connections.js';
import { DeadlineHeap } from './deadline-heap.js';
import { EngineCounts } from './engine-counts.js';
import { explainInstance, summaryOf } from './explain-instance.js';
import { Instance } from './instance.js';
import type { Moment } from './moment.js';
import { type InstanceSlot, RuleRuntime } from './rule-runtime.js';
import { loadSnapshot, saveSnapshot } from './snapshot.js';
import { Suppression } from './suppression.js';
import type { TopicBinding } from './topic-binding.js';

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);
/** Events of a step whose message is older than this carry `late`. */
const LATE_MS = 60_000;

/** The engine proper: takes inputs one by one and turns them into steps. */
export class RuleEngine implements Engine {
  readonly counters = new EngineCounts();
  readonly moment: Moment = { now: Number.NEGATIVE_INFINITY, step: 0, offset: 0, late: false, byTime: false };
  readonly connections = new Connections(this.moment, (source, standstill) => {
    for (const instance of this.binder.readers(source)) {
      instance.stoodStill(source, standstill);
      this.#heap.file(instance);
    }
  });
  runtimes: readonly RuleRuntime[] = [];
  binder = new Binder([], this.counters, this.moment, this.connections);

  #runtimeOf: ReadonlyMap<string, RuleRuntime> = new Map();
  #suppression = new Suppression([]);
  readonly #heap = new DeadlineHeap<Instance>();
  readonly #incoming: Incoming = {
    kind: UNKNOWN,
    num: 0,
    text: '',
    time: 0,
    arrival: 0,
    isLate: false,
    member: 0,
  };
  #events: AlertEvent[] = [];
  /** Where the present step's events begin, whose they are, and what ended in it by command or to make room. */
  #stepFrom = 0;
  readonly #owners: Instance[] = [];
  readonly #ended: Instance[] = [];

  constructor(plan: Plan) {
    this.#run(plan);
  }

  /** Takes a plan up, without any state. */
  #run(plan: Plan): void {
    const rules = plan.rules.filter(({ enabled }) => enabled).sort((a, b) => compareCodePoints(a.id, b.id));
    const runtimes = rules.map((rule, rank) => new RuleRuntime(rule, rank));
    this.binder = new Binder(runtimes, this.counters, this.moment, this.connections);
    this.runtimes = runtimes;
    this.#runtimeOf = new Map(runtimes.map((runtime) => [runtime.rule.id, runtime]));
    this.#suppression = new Suppression(runtimes);
    this.#heap.clear();
  }

  get time(): number {
    return this.moment.now;
  }

  message(message: Message): readonly AlertEvent[] {
    this.counters.messages++;
    this.#fireTimers(message.arrival);
    const { moment } = this;
    if (message.arrival > moment.now) moment.now = Math.floor(message.arrival);
    const binding = this.binder.bind(message.topic);
    if (binding !== null) {
      if (binding.source !== message.source || binding.isStill || !binding.isHeard)
        this.#hear(message, binding);
      this.#messageStep(message, binding);
    }
    return this.#takeEvents();
  }

  advance(time: number, stepsMax = Number.POSITIVE_INFINITY): readonly AlertEvent[] {
    const isDone = this.#fireTimers(time, stepsMax);
    if (isDone && time > this.moment.now) this.moment.now = Math.floor(time);
    return this.#takeEvents();
  }

  gap(from: number, to: number): readonly AlertEvent[] {
    this.#fireTimers(from);
    const { moment } = this;
    moment.now = Math.max(moment.now, Math.floor(to));
    this.connections.shift(to - from);
    for (const source of this.binder.sources()) {
      source.shift(to - from);
      this.binder.windowsOf(source).shift(to - from);
    }
    this.#heap.clear();
    for (const instance of this.#allInstances()) {
      instance.shift(to - from);
      this.#heap.file(instance);
    }
    for (const instance of this.#allInstances()) {
      if (instance.deadline > moment.now) continue;
      this.#heap.remove(instance);
      this.#beginStep('time');
      this.#settle([instance]);
    }
    return this.#takeEvents();
  }

  offset(ms: number): readonly AlertEvent[] {
    this.moment.offset = ms;
    for (const source of this.binder.sources()) this.binder.windowsOf(source).offsetChanged();
    for (const instance of this.#allInstances()) {
      instance.offsetChanged();
      this.#heap.file(instance);
    }
    this.#fireTimers(this.moment.now);
    return this.#takeEvents();
  }

  command({ kind, rule, labels }: Command): CommandResult {
    const instance = this.#instanceFor(rule, labels);
    if (typeof instance === 'string') return { kind: 'refused', reason: instance };
    if (kind === 'reset' && instance.alert.state !== 'latched') {
      const reason = instance.alert.state === 'firing' ? 'its condition still holds' : 'it is not latched';
      return { kind: 'refused', reason: `the alert cannot be reset: ${reason}` };
    }
    this.#beginStep('command');
    this.#end(instance, kind === 'reset' ? 'reset' : 'forgotten');
    if (!this.#suppression.isIdle) this.#settleSuppression([]);
    this.#afterSettling(instance);
    return { kind: 'done', events: this.#takeEvents() };
  }

  replan(plan: Plan): readonly AlertEvent[] {
    this.#fireTimers(this.moment.now);
    this.#beginStep('command');
    const states = new Map(plan.rules.map((rule) => [rule.id, rule]));
    for (const instance of this.#allInstances()) {
      const rule = states.get(instance.rule.id);
      if (rule !== undefined && JSON.stringify(rule) === JSON.stringify(instance.rule)) continue;
      const reason = rule === undefined ? 'rule removed' : rule.enabled ? 'rule changed' : 'disabled';
      this.#end(instance, reason);
    }
    if (!this.#suppression.isIdle) this.#settleSuppression([]);
    for (const instance of this.#ended) this.#remove(instance);
    const snapshot = this.save();
    this.#run(plan);
    this.load(snapshot);
    return this.#takeEvents();
  }

  connection(name: string, isUp: boolean): readonly AlertEvent[] {
    this.connections.set(name, isUp, this.binder.bindings.values(), this.binder.pools.values());
    return this.#takeEvents();
  }

  silence(topic: string, isSilent: boolean): readonly AlertEvent[] {
    this.binder.bindings.get(topic)?.silence(isSilent);
    return this.#takeEvents();
  }

  nextDeadline(): number {
    return this.#heap.next;
  }

  save(): Snapshot {
    return saveSnapshot(this);
  }

  load(snapshot: Snapshot): void {
    loadSnapshot(this, snapshot);
    this.#heap.clear();
    for (const instance of this.#allInstances()) this.#heap.file(instance);
    this.#suppression.restore(this.#allInstances());
  }

  explain(rule: string, labels: Readonly<Record<string, string>>): Explanation | null {
    const runtime = this.#runtimeOf.get(rule);
    if (runtime === undefined) return null;
    for (const instance of runtime.instances()) {
      if (hasLabels(instance, labels)) return explainInstance(instance);
    }
    return null;
  }

  instances(rule: string): readonly InstanceSummary[] {
    const runtime = this.#runtimeOf.get(rule);
    return runtime === undefined ? [] : inKeyOrder(runtime).map(summaryOf);
  }

  /** Makes the instance of a slot, without a step. */
  begin(runtime: RuleRuntime, slot: InstanceSlot): Instance {
    const instance = new Instance({
      plan: runtime.plan,
      rank: runtime.rank,
      key: slot.key,
      labels: runtime.labels(slot.labelValues),
      inputs: this.binder.inputsOf(runtime, slot.labelValues),
      moment: this.moment,
    });
    slot.instance = instance;
    for (const [binding, fields] of slot.bindings) binding.unbegun -= fields;
    runtime.count++;
    this.counters.instances++;
    this.binder.attach(instance);
    return instance;
  }

  /** Stored state says where a topic comes from only while nothing else does. */
  #hear({ retain, source }: Message, binding: TopicBinding): void {
    if (retain !== true || !binding.isHeard) this.connections.hear(binding, source);
  }

  #messageStep(message: Message, binding: TopicBinding): void {
    const { moment } = this;
    const time = Math.min(Math.floor(message.time), moment.now);
    this.#incoming.time = time;
    this.#incoming.arrival = moment.now;
    this.#beginStep('message', moment.now - time > LATE_MS);
    if (!binding.take(message, this.#incoming, moment)) return;
    if (binding.hadReading) {
      binding.markReadings(this.binder.readersOf, moment.now);
      if (binding.unbegun > 0) this.#beginInstances(binding);
    }
    this.#settle(binding.instances(this.binder.readersOf));
  }

  #beginInstances(binding: TopicBinding): void {
    for (const { runtime, slot, field } of binding.beginnings) {
      if (slot.instance !== null || !binding.accepted(field)) continue;
      if (runtime.count >= runtime.rule.maxInstances && !this.#makeRoom(runtime)) {
        this.counters.refusedInstances++;
        continue;
      }
      this.begin(runtime, slot);
    }
  }

  #makeRoom(runtime: RuleRuntime): boolean {
    const silent = runtime.longestSilent(this.moment.now);
    if (silent === null) return false;
    this.#end(silent, 'forgotten');
    this.#remove(silent);
    return true;
  }

  /** Begins a step. */
  #beginStep(cause: 'time' | 'message' | 'command', isLate = false): void {
    this.moment.step++;
    this.moment.late = isLate;
    this.moment.byTime = cause === 'time';
    this.#stepFrom = this.#events.length;
    // Setting a length costs as much as the rest of a step, also where nothing changes.
    if (this.#ended.length > 0) this.#ended.length = 0;
    if (this.#owners.length > 0) this.#owners.length = 0;
  }

  /** Settles these instances, in order, then suppression: the rest of a step. */
  #settle(instances: readonly Instance[]): void {
    const isPlain = this.#suppression.isIdle;
    for (let i = 0; i < instances.length; i++) {
      const instance = instances[i];
      if (instance === undefined) break;
      instance.settle(this.moment, this.#events);
      if (isPlain) this.#afterSettling(instance);
      else this.#own(instance);
    }
    if (!isPlain) this.#settleSuppression(instances);
  }

  #settleSuppression(instances: readonly Instance[]): void {
    const events = this.#events.splice(this.#stepFrom);
    this.#suppression.settle([...this.#ended, ...instances], this.moment, events, this.#owners);
    this.#events.push(...events);
    for (const instance of instances) this.#afterSettling(instance);
  }

  /** Ends an instance within a step. */
  #end(instance: Instance, reason: EndReason): void {
    instance.end(reason, this.moment, this.#events);
    this.#own(instance);
    this.#ended.push(instance);
  }

  /** The step's newest events are this instance's. */
  #own(instance: Instance): void {
    while (this.#owners.length < this.#events.length - this.#stepFrom) this.#owners.push(instance);
  }

  #afterSettling(instance: Instance): void {
    if (instance.isEnded) this.#remove(instance);
    else this.#heap.file(instance);
  }

  #remove(instance: Instance): void {
    this.#heap.remove(instance);
    this.binder.detach(instance);
    instance.release();
    const runtime = this.#runtimeOf.get(instance.rule.id);
    const slot = runtime?.slots.get(instance.key);
    if (runtime === undefined || slot === undefined) return;
    slot.instance = null;
    for (const [binding, fields] of slot.bindings) binding.unbegun += fields;
    runtime.count--;
    this.counters.instances--;
  }

  /** True if nothing is due any more. */
  #fireTimers(until: number, stepsMax = Number.POSITIVE_INFINITY): boolean {
    const { moment } = this;
    for (let steps = 0; steps < stepsMax; steps++) {
      const due = this.#heap.takeDue(until);
      if (due === null) return true;
      if (due.deadline > moment.now) moment.now = due.deadline;
      this.#beginStep('time');
      this.#settle([due]);
    }
    return this.#heap.next > until;
  }

  #takeEvents(): readonly AlertEvent[] {
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  *#allInstances(): Generator<Instance> {
    for (const runtime of this.runtimes) {
      yield* inKeyOrder(runtime);
    }
  }

  /** The instance a command names, or why there is none. */
  #instanceFor(rule: string, labels: Readonly<Record<string, string>>): Instance | string {
    const runtime = this.#runtimeOf.get(rule);
    if (runtime === undefined) return `there is no rule ${rule}`;
    const missing = runtime.rule.groupBy.filter((name) => !Object.hasOwn(labels, name));
    if (missing.length > 0) return `name every label of the instance: ${missing.join(', ')} missing`;
    for (const instance of runtime.instances()) if (hasLabels(instance, labels)) return instance;
    return `rule ${rule} has no instance with these labels`;
  }
}

function inKeyOrder(runtime: RuleRuntime): Instance[] {
  return [...runtime.instances()].sort((a, b) => compareCodePoints(a.key, b.key));
}

function hasLabels(instance: Instance, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => instance.labels[name] === value);
}
