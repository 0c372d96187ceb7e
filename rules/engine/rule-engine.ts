import type { AlertEvent } from '../alert-event.js';
import type {
  ChangedRow,
  Command,
  CommandResult,
  Engine,
  Explanation,
  FailedFunction,
  InstanceSummary,
  MarkCommand,
  Plan,
  Row,
  Saving,
  Snapshot,
} from '../engine.js';
import type { Message } from '../reading.js';
import type { Incoming } from '../signals/reading-source.js';
import { UNKNOWN } from '../signals/signal-node.js';
import { isNamedBy } from '../supply.js';
import { SPANS_MAX, Spans } from '../time/spans.js';
import { beginInstances } from './beginnings.js';
import { Binder } from './binder.js';
import { Connections } from './connections.js';
import { DeadlineHeap } from './deadline-heap.js';
import { EngineCounts } from './engine-counts.js';
import { explainInstance, summaryOf } from './explain-instance.js';
import { FunctionCalls } from './function-calls.js';
import type { Instance } from './instance.js';
import type { Moment } from './moment.js';
import { Population } from './population.js';
import { Relay } from './relay.js';
import { begin, replan } from './replan.js';
import { Saver } from './saver.js';
import { loadSnapshot } from './snapshot.js';
import { Steps } from './steps.js';
import { Suppression } from './suppression.js';
import type { TopicBinding } from './topic-binding.js';
import { suppliedKey } from './unit.js';

/** Events of a step whose message is older than this carry `late`. */
const LATE_MS = 60_000;

/** The engine proper: takes inputs one by one and turns them into steps. */
export class RuleEngine implements Engine {
  readonly counters = new EngineCounts();
  readonly moment: Moment = {
    now: Number.NEGATIVE_INFINITY,
    step: 0,
    offset: 0,
    late: false,
    graceMs: 0,
    gaps: new Spans(SPANS_MAX),
    changes: [],
  };
  readonly connections = new Connections(this.moment, (source, standstill) => {
    for (const instance of this.binder.readers(source)) {
      this.saver.beforeInstance(instance);
      instance.stoodStill(source, standstill);
      this.heap.file(instance);
    }
  });
  readonly saver = new Saver();
  readonly binder = new Binder(this.counters, this.moment, this.connections, this.saver);
  readonly heap = new DeadlineHeap<Instance>();
  readonly functions = new FunctionCalls(this.moment);
  readonly population = new Population({
    moment: this.moment,
    counts: this.counters,
    binder: this.binder,
    heap: this.heap,
    saver: this.saver,
  });
  readonly steps = new Steps(this.moment, this.heap, this.population, this.saver);
  /** By the first message, or when its host says so. */
  isStarted = false;
  readonly incoming: Incoming = {
    kind: UNKNOWN,
    num: 0,
    text: '',
    time: 0,
    arrival: 0,
    isLate: false,
    member: 0,
  };

  readonly relay = new Relay(this);

  constructor(plan: Plan) {
    this.steps.give = (instance) => this.relay.give(instance);
    begin(this, plan);
  }

  get time(): number {
    return this.moment.now;
  }

  /** The instances there are from the start count from here. */
  start(time: number): void {
    const { moment } = this;
    this.isStarted = true;
    if (time > moment.now) moment.now = Math.floor(time);
    this.steps.beginExpected(this.population.runtimes);
  }

  message(message: Message): readonly AlertEvent[] {
    this.counters.messages++;
    if (!this.isStarted) this.start(message.arrival);
    this.steps.fireTimers(message.arrival);
    const { moment } = this;
    if (message.arrival > moment.now) moment.now = Math.floor(message.arrival);
    const binding = this.binder.bind(message.topic);
    // What views and models give comes from inside only.
    if (binding !== null && !binding.isSupplied) {
      if (this.saver.isBusy) this.saver.beforeMessage(binding, binding.instances(this.binder.readersOf));
      if (binding.source !== message.source || binding.isStill || !binding.isHeard)
        this.#hear(message, binding);
      this.#messageStep(message, binding);
    }
    return this.steps.take();
  }

  advance(time: number, stepsMax = Number.POSITIVE_INFINITY): readonly AlertEvent[] {
    const isDone = this.steps.fireTimers(time, stepsMax);
    if (isDone && time > this.moment.now) this.moment.now = Math.floor(time);
    return this.steps.take();
  }

  gap(from: number, to: number): readonly AlertEvent[] {
    this.steps.fireTimers(from);
    this.saver.finish();
    const { moment, heap } = this;
    moment.now = Math.max(moment.now, Math.floor(from));
    const lengthMs = Math.max(0, Math.floor(to) - moment.now);
    this.#closeWindows();
    moment.now += lengthMs;
    this.connections.shift(lengthMs);
    moment.gaps.add(moment.now - lengthMs, moment.now);
    for (const source of this.binder.sources()) {
      source.shift(lengthMs);
      this.binder.windowsOf(source).shift(lengthMs);
    }
    heap.clear();
    for (const instance of this.population.all()) {
      instance.shift(lengthMs);
      heap.file(instance);
    }
    for (const instance of this.population.all()) {
      if (instance.deadline > moment.now) continue;
      heap.remove(instance);
      this.steps.settleByTime(instance);
    }
    return this.steps.take();
  }

  offset(ms: number): readonly AlertEvent[] {
    this.saver.finish();
    this.#closeWindows();
    this.moment.offset = ms;
    for (const source of this.binder.sources()) this.binder.windowsOf(source).offsetChanged();
    for (const instance of this.population.all()) {
      instance.offsetChanged();
      this.heap.file(instance);
    }
    this.steps.fireTimers(this.moment.now);
    return this.steps.take();
  }

  command(command: Command): CommandResult {
    if (command.kind === 'mark') return this.#mark(command);
    const { kind, rule, labels } = command;
    const instance = this.population.named(rule, labels);
    if (typeof instance === 'string') return { kind: 'refused', reason: instance };
    if (kind === 'reset' && instance.alert.state !== 'latched') {
      const reason = instance.alert.state === 'firing' ? 'its condition still holds' : 'it is not latched';
      return { kind: 'refused', reason: `the alert cannot be reset: ${reason}` };
    }
    this.steps.endAlone(instance, kind === 'reset' ? 'reset' : 'forgotten');
    return { kind: 'done', events: this.steps.take() };
  }

  replan(plan: Plan, warmed: Engine | null = null): readonly AlertEvent[] {
    if (warmed !== null && !(warmed instanceof RuleEngine)) throw new TypeError('not an engine of this kind');
    this.steps.fireTimers(this.moment.now);
    warmed?.advance(this.moment.now);
    this.saver.finish();
    replan(this, plan, warmed);
    return this.steps.take();
  }

  connection(name: string, isUp: boolean): readonly AlertEvent[] {
    this.saver.finish();
    this.connections.set(name, isUp, this.binder.bindings.values(), this.binder.pools.values());
    return this.steps.take();
  }

  silence(topic: string, isSilent: boolean): readonly AlertEvent[] {
    const binding = this.binder.bindings.get(topic);
    if (binding === undefined) return this.steps.take();
    this.saver.beforeTopic(binding);
    binding.silence(isSilent);
    for (const reader of binding.instances(this.binder.readersOf)) this.relay.silence(reader);
    return this.steps.take();
  }

  nextDeadline(): number {
    return this.heap.next;
  }

  save(): Snapshot {
    return this.saver.save(this);
  }

  saveInSlices(): Saving {
    return this.saver.begin(this);
  }

  load(snapshot: Snapshot): void {
    loadSnapshot(this, snapshot);
    this.heap.clear();
    for (const instance of this.population.all()) this.heap.file(instance);
    this.steps.suppression = new Suppression(this.population.runtimes);
    this.steps.suppression.restore();
  }

  get failedFunctions(): readonly FailedFunction[] {
    return this.functions.failed;
  }

  explain(rule: string, labels: Readonly<Record<string, string>>): Explanation | null {
    const instance = this.population.find(rule, labels);
    return instance === null ? null : explainInstance(instance);
  }

  rows(kind: 'view' | 'model', id: string): readonly Row[] {
    const runtime = this.population.runtimeOf(suppliedKey({ kind, id }));
    if (runtime === undefined) return [];
    return runtime.inKeyOrder().map(({ labels, outlet }) => {
      const quality = outlet?.quality ?? null;
      return { labels, values: outlet?.values() ?? {}, ...(quality === null ? {} : { quality }) };
    });
  }

  changedRows(): readonly ChangedRow[] {
    return this.relay.takeChanged();
  }

  instances(rule: string): readonly InstanceSummary[] {
    const runtime = this.population.runtimeOf(rule);
    return runtime === undefined ? [] : runtime.inKeyOrder().map(summaryOf);
  }

  /** What nobody has looked at since it was due closes before time or the wall clock jumps. */
  #closeWindows(): void {
    for (const source of this.binder.sources()) this.binder.windowsOf(source).advance();
  }

  /** No step: what scorers make of it shows when they score next. */
  #mark({ event, labels }: MarkCommand): CommandResult {
    this.saver.finish();
    for (const instance of this.population.all()) {
      if (instance.outlet !== null && isNamedBy(labels, instance.labels))
        instance.outlet.mark(this.moment, event);
    }
    return { kind: 'done', events: this.steps.take() };
  }

  /** Stored state says where a topic comes from only while nothing else does. */
  #hear({ retain, source }: Message, binding: TopicBinding): void {
    if (retain !== true || !binding.isHeard) this.connections.hear(binding, source);
  }

  #messageStep(message: Message, binding: TopicBinding): void {
    const { moment, steps } = this;
    const time = Math.min(Math.floor(message.time), moment.now);
    this.incoming.time = time;
    this.incoming.arrival = moment.now;
    moment.graceMs = message.grace ?? 0;
    steps.begin(moment.now - time > LATE_MS);
    if (!binding.take(message, this.incoming, moment)) return;
    if (binding.hadReading) {
      binding.markReadings(this.binder.readersOf);
      if (binding.unbegun > 0) beginInstances(this, binding);
    }
    const reached = binding.instances(this.binder.readersOf);
    steps.settle(reached, binding.quiet);
  }
}
