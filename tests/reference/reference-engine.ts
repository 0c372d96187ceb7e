import { isDeepStrictEqual } from 'node:util';
import type { AlertEvent } from '../../rules/alert-event.js';
import type {
  ChangedRow,
  Command,
  CommandResult,
  Engine,
  EngineCounters,
  Explanation,
  FailedFunction,
  InstanceSummary,
  Plan,
  Row,
  RuleCommand,
  Saving,
  Snapshot,
} from '../../rules/engine.js';
import type { JsonValue, Message, Scalar } from '../../rules/reading.js';
import type { Rule } from '../../rules/rule.js';
import type { Draft, Instance } from './instance.js';
import { looksAhead, readsAsShared } from './makings.js';
import { payloadFields } from './payload-fields.js';
import { byKey, RuleState } from './rule-state.js';
import type { Signals } from './signals.js';
import type { Span } from './source.js';
import { Standstills } from './standstills.js';
import { settleSuppression } from './suppression.js';
import { compareByCodePoint } from './topics.js';
import { WallClock } from './wall-clock.js';

/** A message is late when it is more than this older than its arrival. */
const LATE_MS = 60_000;

/**
 * The rule engine as the rule reference tells it, and as slowly: it keeps every reading, and works out every
 * signal and every timer anew from the lists at every step. The fast engine must give the same events.
 */
export class ReferenceEngine implements Engine {
  time = Number.NEGATIVE_INFINITY;
  readonly counters: EngineCounters = {
    messages: 0,
    readings: 0,
    late: 0,
    rejected: { kind: 0, nonFinite: 0, tooLarge: 0, null: 0 },
    refusedInstances: 0,
    wideAcross: 0,
    instances: 0,
  };
  private rules: RuleState[];
  readonly gaps: Span[] = [];
  readonly clock = new WallClock();
  readonly standstills = new Standstills();
  /** Topics that a rule reads and that had a message, or that an input of an instance names. */
  private readonly topics = new Set<string>();
  private readonly silent = new Set<string>();
  private offsetMs = 0;
  private isStarted = false;
  private order = 0;
  /** What came, to be told again. */
  private readonly log: { readonly topic?: string; readonly tell: (engine: ReferenceEngine) => void }[] = [];

  /** @param ahead an instance with this key is there from the start, without anything from the inputs that begin one */
  constructor(
    plan: Plan,
    readonly ahead: readonly string[] | null = null,
  ) {
    this.rules = plan.rules
      .filter((rule) => rule.enabled)
      .toSorted((a, b) => compareByCodePoint(a.id, b.id))
      .map((rule) => new RuleState(rule, this));
  }

  /** Everything that came is told again to an engine in which the instance was there all the time. */
  readonly past = (rule: Rule, key: readonly string[]): Signals | null => {
    if (
      this.ahead !== null ||
      !looksAhead(rule) ||
      !this.log.some(({ topic }) => topic !== undefined && readsAsShared(rule, topic))
    )
      return null;
    const always = { ...rule, suppressedBy: [], forgetAfterMs: Number.POSITIVE_INFINITY };
    const engine = new ReferenceEngine({ rules: [always] }, key);
    for (const { tell } of this.log) tell(engine);
    engine.advance(this.time);
    return engine.known[0]?.signals ?? null;
  };

  message(message: Message): readonly AlertEvent[] {
    const arrival = Math.max(Math.trunc(message.arrival), this.time);
    const events = [...this.fireTimers(arrival), ...this.start(arrival)];
    this.time = arrival;
    this.counters.messages += 1;
    this.standstills.hear(arrival, message);
    for (const instance of this.known) instance.turned();
    events.push(...this.messageStep(message, arrival));
    this.log.push({ topic: message.topic, tell: (engine) => engine.message(message) });
    for (const topic of [message.topic, ...this.known.flatMap((instance) => instance.namedTopics)]) {
      if (this.rules.some((rule) => rule.reads(topic))) this.topics.add(topic);
    }
    return events;
  }

  advance(time: number): readonly AlertEvent[] {
    const events = this.fireTimers(time);
    this.time = Math.max(this.time, time);
    this.log.push({ tell: (engine) => engine.advance(time) });
    return events;
  }

  gap(from: number, to: number): readonly AlertEvent[] {
    const events = [...this.advance(from)];
    const byMs = Math.max(to - this.time, 0);
    this.gaps.push({ from: this.time, to: this.time + byMs });
    this.time += byMs;
    this.standstills.shift(byMs);
    for (const rule of this.rules) {
      rule.shift(byMs);
      for (const instance of rule.instances) instance.shift(byMs, this.time);
    }
    for (const instance of this.known) events.push(...this.settle([instance], false));
    this.log.push({ tell: (engine) => engine.gap(from, to) });
    return events;
  }

  offset(ms: number): readonly AlertEvent[] {
    this.log.push({ tell: (engine) => engine.offset(ms) });
    this.offsetMs = ms;
    this.clock.set(this.time, ms);
    return this.known.flatMap((instance) => this.finish(instance.stepClock(this.time, ms), false));
  }

  command(command: Command): CommandResult {
    // There are no models here that could learn of it.
    if (command.kind === 'mark') return { kind: 'done', events: [] };
    const instance = this.named(command);
    if (instance === undefined) return { kind: 'refused', reason: 'no such instance' };
    const drafts =
      command.kind === 'reset'
        ? instance.reset(this.time, this.offsetMs)
        : instance.end(this.time, this.offsetMs);
    if (drafts === null) return { kind: 'refused', reason: 'not latched' };
    return { kind: 'done', events: this.finish(drafts, false) };
  }

  nextDeadline(): number {
    return Math.min(...this.known.map((instance) => instance.deadline));
  }

  save(): Snapshot {
    throw new Error('not part of the reference');
  }

  saveInSlices(): Saving {
    throw new Error('not part of the reference');
  }

  load(): void {
    throw new Error('not part of the reference');
  }

  get failedFunctions(): readonly FailedFunction[] {
    throw new Error('not part of the reference');
  }

  explain(): Explanation | null {
    throw new Error('not part of the reference');
  }

  /** Rules may go; others, and ones that say something else, are not part of the reference. */
  replan(plan: Plan): readonly AlertEvent[] {
    const events = this.fireTimers(this.time);
    const before = this.rules;
    const goOn = before.filter(({ rule }) =>
      plan.rules.some((other) => other.enabled && isDeepStrictEqual(other, rule)),
    );
    if (goOn.length < plan.rules.filter(({ enabled }) => enabled).length)
      throw new Error('new and changed rules are not part of the reference');
    const drafts = this.rules
      .filter((rule) => !goOn.includes(rule))
      .flatMap((state) => {
        const isOff = plan.rules.some(({ id }) => id === state.rule.id);
        return state.instances.flatMap((instance) =>
          instance.end(this.time, this.offsetMs, isOff ? 'disabled' : 'rule removed'),
        );
      });
    this.rules = goOn;
    // What goes keeps the mark it has.
    const marks = new Map(drafts.map(({ instance }) => [instance, instance.isSuppressed]));
    const ended = this.finish(drafts, false, (instance) => marks.get(instance) ?? instance.isSuppressed);
    for (const topic of this.topics) {
      if (goOn.some((rule) => rule.reads(topic))) continue;
      this.topics.delete(topic);
      this.silent.delete(topic);
    }
    const isChange = goOn.length < before.length;
    const begun = isChange && this.time !== Number.NEGATIVE_INFINITY ? this.start(this.time) : [];
    return [...events, ...ended, ...begun];
  }

  connection(name: string, isUp: boolean): readonly AlertEvent[] {
    this.log.push({ tell: (engine) => engine.connection(name, isUp) });
    this.standstills.turn(this.time, name, isUp);
    for (const instance of this.known) instance.turned();
    return [];
  }

  silence(topic: string, isSilent: boolean): readonly AlertEvent[] {
    if (isSilent && this.topics.has(topic)) this.silent.add(topic);
    else this.silent.delete(topic);
    return [];
  }

  instances(): readonly InstanceSummary[] {
    throw new Error('not part of the reference');
  }

  /** Views are no part of the reference: these are the values of a rule's instances, which a view of the same has. */
  rows(_kind: 'view' | 'model', rule: string): readonly Row[] {
    return this.known.filter(({ ruleId }) => ruleId === rule).map(({ row }) => row);
  }

  changedRows(): readonly ChangedRow[] {
    throw new Error('not part of the reference');
  }

  /** The first message: what is expected is an instance from here on. */
  private start(time: number): AlertEvent[] {
    if (this.isStarted) return [];
    this.isStarted = true;
    this.time = time;
    for (const rule of this.rules) {
      this.counters.refusedInstances += rule.beginExpected(time, this.order + 1);
    }
    for (const instance of this.known) for (const topic of instance.namedTopics) this.topics.add(topic);
    return this.settle(this.known, false);
  }

  /** By rule id, then key. */
  private get known(): Instance[] {
    return this.rules.flatMap((rule) => rule.instances);
  }

  /** One step for each instance and deadline, up to `until`. */
  private fireTimers(until: number): AlertEvent[] {
    const events: AlertEvent[] = [];
    for (;;) {
      const deadline = this.nextDeadline();
      const due = this.known.find((instance) => instance.deadline === deadline);
      if (due === undefined || deadline > until) return events;
      this.time = deadline;
      events.push(...this.settle([due], false));
    }
  }

  private messageStep(
    { topic, payload, time: own, grace = 0, retain = false }: Message,
    arrival: number,
  ): AlertEvent[] {
    this.order += 1;
    this.clock.pass();
    const time = Math.min(Math.trunc(own), arrival);
    const values = this.acceptable(payload);
    const wall = arrival + this.offsetMs;
    const { turn } = this.clock;
    const arrived = { topic, values, time, arrival, wall, order: this.order, turn, grace, retain };
    const reached = this.rules.map((rule) => rule.apply(arrived));
    for (const { refused } of reached) this.counters.refusedInstances += refused;
    const evicted = reached.flatMap((each) => each.evicted);
    const instances = reached.flatMap((each) => [...each.instances]).toSorted(byKey);
    const drafts = [
      ...evicted.flatMap((instance) => instance.end(arrival, this.offsetMs)),
      ...instances
        .filter((instance) => !evicted.includes(instance))
        .flatMap((instance) => instance.step(arrival, this.offsetMs)),
    ];
    return this.finish(drafts, arrival - time > LATE_MS);
  }

  /** The fields whose values can be readings; the others are counted. */
  private acceptable(payload: JsonValue): Map<string, Scalar> {
    const values = new Map<string, Scalar>();
    for (const [field, value] of payloadFields(payload)) {
      if (value === null) this.counters.rejected.null += 1;
      else if (typeof value === 'number' && !Number.isFinite(value)) this.counters.rejected.nonFinite += 1;
      else if (Number.isInteger(value) && Math.abs(Number(value)) > 2 ** 53)
        this.counters.rejected.tooLarge += 1;
      else values.set(field, value);
    }
    return values;
  }

  private settle(instances: readonly Instance[], isLate: boolean): AlertEvent[] {
    return this.finish(
      instances.flatMap((instance) => instance.step(this.time, this.offsetMs)),
      isLate,
    );
  }

  /** Ends what ended, settles what is suppressed, and completes the step's events. */
  private finish(
    drafts: readonly Draft[],
    isLate: boolean,
    isSuppressed = (instance: Instance): boolean => instance.isSuppressed,
  ): AlertEvent[] {
    for (const rule of this.rules) {
      for (const instance of rule.instances) if (instance.isEnded) rule.drop(instance);
    }
    this.counters.instances = this.known.length;
    const settled = settleSuppression(this.known, drafts, { now: this.time, offset: this.offsetMs });
    return settled.map(({ instance, event }) => ({
      ...event,
      ...(isSuppressed(instance) ? { suppressed: true } : {}),
      ...(isLate ? { late: true } : {}),
      ...(instance.readsOneOf(this.silent) ? { stale: true } : {}),
    }));
  }

  private named({ rule, labels }: RuleCommand): Instance | undefined {
    return this.known.find((instance) => {
      const own = Object.entries(instance.labels);
      const givesKey = instance.groupBy.every((name) => labels[name] !== undefined);
      const agrees = Object.entries(labels).every(([name, value]) =>
        own.some(([ownName, ownValue]) => ownName === name && ownValue === value),
      );
      return instance.ruleId === rule && givesKey && agrees;
    });
  }
}
