import { createHash } from 'node:crypto';
import type { AlertEvent, EndReason } from '../../rules/alert-event.js';
import type { Row } from '../../rules/engine.js';
import type { Scalar } from '../../rules/reading.js';
import type { Rule, Suppressor } from '../../rules/rule.js';
import { Alert, type Change, type WatchedLevel } from './alert.js';
import type { KnownInput } from './known-input.js';
import { durationText, messageText } from './message-text.js';
import type { RuleContext } from './rule-context.js';
import { Signals } from './signals.js';
import { WatchedCondition } from './watched-condition.js';

/** An event before its step has settled what is suppressed. */
export interface Draft {
  readonly instance: Instance;
  readonly event: AlertEvent;
}

/** One rule for one set of label values. */
export class Instance {
  /** Its events are marked. */
  isSuppressed = false;
  isEnded = false;
  private readonly rule: Rule;
  private readonly alert: Alert;
  private levels: readonly WatchedLevel[] = [];
  readonly signals: Signals;
  private gave = new Set<string>();
  private values: Record<string, Scalar | null> = {};
  private episode: string | null = null;
  /** Engine time of every firing, and its episode. */
  private readonly firings: { readonly at: number; readonly episode: string }[] = [];
  private lastReading: number;
  private lastStep: number;
  /** Since when the rule has been active; `null` while it is not. */
  private activeFrom: number | null = null;
  private offset = 0;
  private next: number | null = null;

  constructor(
    private readonly context: RuleContext,
    /** In `groupBy` order. */
    readonly key: readonly string[],
    inputs: readonly KnownInput[],
    private beginning: number,
    /** The place of the message that began it in the order of arrival. */
    firstOrder: number,
  ) {
    this.rule = context.rule;
    this.alert = new Alert(context.rule);
    this.signals = new Signals(
      context,
      new Map(inputs.map((known) => [known.input.name, known])),
      (input, forMs) => this.due(input, this.countsFrom(input), forMs),
      firstOrder,
      this.labels,
    );
    const past = context.past(context.rule, key);
    if (past !== null) this.signals.takeOver(past);
    this.lastReading = beginning;
    this.lastStep = Number.NEGATIVE_INFINITY;
  }

  get suppressedBy(): readonly Suppressor[] {
    return this.rule.suppressedBy;
  }

  get groupBy(): readonly string[] {
    return this.rule.groupBy;
  }

  get ruleId(): string {
    return this.rule.id;
  }

  get isFiring(): boolean {
    return this.alert.state === 'firing';
  }

  get isInactive(): boolean {
    return this.alert.state === 'inactive';
  }

  /** When a message last gave one of its inputs a reading. */
  get silentSince(): number {
    return this.lastReading;
  }

  /** Every input and `let`, as of its last step. */
  get row(): Row {
    return { labels: this.labels, values: this.values };
  }

  /** In `groupBy` order, then the fixed ones by name. */
  get labels(): Record<string, string> {
    const own = this.rule.groupBy.map((name, index) => [name, this.key[index] ?? '']);
    const fixed = this.rule.labels.map(({ name, value }) => [name, value]);
    return Object.fromEntries([...own, ...fixed]);
  }

  /** An input got a reading or, at its first, stored state; `isNewest`: a reading that was not late. */
  gaveReading(now: number, { input, isNewest }: { input: string; isNewest: boolean }): void {
    this.lastReading = now;
    if (isNewest) this.gave.add(input);
  }

  /** Evaluates everything at `now`; `offset` is what printed times and schedules add to it. */
  step(now: number, offset: number): Draft[] {
    this.settleSignals(now, offset);
    const isFirst = this.lastStep === Number.NEGATIVE_INFINITY;
    this.lastStep = now;
    this.offset = offset;
    const changes = this.isActiveAt(now, offset) ? this.activeStep(now, isFirst) : this.inactiveStep(now);
    return this.drafts([...changes, ...this.endIfSilent(now)], now, offset);
  }

  /** The wall clock has stepped: whatever goes by it is looked at anew. */
  stepClock(now: number, offset: number): Draft[] {
    this.offset = offset;
    this.next = null;
    const { schedule, parts } = this.context;
    const goesByIt = !schedule.isAlways || parts.aggregates.some(({ window }) => window.kind === 'aligned');
    return goesByIt ? this.step(now, offset) : [];
  }

  /** `null`: refused, the alert is not latched. */
  reset(now: number, offset: number): Draft[] | null {
    this.next = null;
    const changes = this.alert.reset(this.levels, now);
    return changes === null ? null : this.drafts([...changes, ...this.endIfSilent(now)], now, offset);
  }

  end(now: number, offset: number, reason: EndReason = 'forgotten'): Draft[] {
    this.isEnded = true;
    // It may end in a step that changes what it sees: another instance's message, which needs the room.
    this.settleSignals(now, offset);
    return this.drafts(this.alert.end(reason), now, offset);
  }

  /** A connection went down or came up: times at which something may turn are others. */
  turned(): void {
    this.next = null;
  }

  /** Does it read one of these topics? */
  readsOneOf(topics: ReadonlySet<string>): boolean {
    return [...this.signals.inputs.values()].some((known) => [...topics].some((topic) => known.isOwn(topic)));
  }

  /** The topics that its inputs name, whether anything came there or not. */
  get namedTopics(): string[] {
    return this.rule.inputs.flatMap(({ source }) => {
      if (source.kind !== 'topic' || source.pattern.hasWildcard) return [];
      const levels = source.pattern.levels.map((level) => {
        if (level.kind !== 'capture') return level.kind === 'literal' ? level.text : null;
        const index = this.rule.groupBy.indexOf(level.name);
        return index < 0 ? null : (this.key[index] ?? null);
      });
      return levels.includes(null) ? [] : [levels.join('/')];
    });
  }

  unsuppressed(now: number, offset: number): Draft[] {
    // In the instant of its own step, which may be still to come.
    this.settleSignals(now, offset);
    return this.drafts([{ event: 'unsuppressed', severity: this.alert.severity }], now, offset);
  }

  /** The first time after its last step at which anything may turn with nothing arriving. */
  get deadline(): number {
    this.next ??= Math.min(...this.deadlines().filter((time) => time > this.lastStep));
    return this.next;
  }

  /** A gap: what runs by step times moves along, and the next step is at its end. */
  shift(byMs: number, end: number): void {
    this.beginning += byMs;
    this.lastReading += byMs;
    this.lastStep = end;
    if (this.activeFrom !== null) this.activeFrom += byMs;
    this.signals.shift(byMs);
    this.next = null;
    this.alert.shift(byMs);
    for (const level of this.levels) level.watched.shift(byMs);
  }

  private settleSignals(now: number, offset: number): void {
    this.next = null;
    this.signals.step({ now, offset, gave: this.gave });
    this.gave = new Set();
    // −0 prints as 0.
    const printable = (value: Scalar | null): Scalar | null => (value === 0 ? 0 : value);
    const names = [...this.rule.inputs, ...this.rule.lets].map(({ name }) => name);
    this.values = Object.fromEntries(
      names.map((name) => [name, printable(this.signals.value({ kind: 'name', name }))]),
    );
  }

  private activeStep(now: number, isFirst: boolean): Change[] {
    if (this.activeFrom === null) {
      this.activeFrom = isFirst ? this.activeSince(now) : now;
      this.levels = this.rule.levels.map(({ severity, condition }) => ({
        severity,
        watched: new WatchedCondition(condition),
      }));
    }
    const absentDue = (input: string, forMs: number): number =>
      this.due(input, Math.max(this.countsFrom(input), this.activeFrom ?? now), forMs);
    for (const { watched } of this.levels) watched.step({ signals: this.signals, now, absentDue });
    return this.alert.step(this.levels, now);
  }

  /** `when` counts as false, and its conditions forget their state. */
  private inactiveStep(now: number): Change[] {
    this.activeFrom = null;
    this.levels = [];
    return this.alert.inactiveStep(now);
  }

  private isActiveAt(now: number, offset: number): boolean {
    return this.context.schedule.isActiveAt(now + offset);
  }

  /** The start of the span that is running, or the end of the gap in which it started. */
  private activeSince(now: number): number {
    const since = this.context.schedule.activeSince(now + this.offset) - this.offset;
    return this.context.gaps.reduce((time, { from, to }) => {
      if (to === null || time > to) return time;
      return time > from ? to : time + (to - from);
    }, since);
  }

  private countsFrom(input: string): number {
    return this.signals.inputs.get(input)?.came.at(-1)?.arrival ?? this.beginning;
  }

  private due(input: string, from: number, forMs: number): number {
    return this.signals.inputs.get(input)?.dueAfter(from, forMs) ?? from + forMs;
  }

  private endIfSilent(now: number): Change[] {
    if (!this.isInactive || now < this.lastReading + this.rule.forgetAfterMs) return [];
    this.isEnded = true;
    return this.alert.end('forgotten');
  }

  /** Every time at which anything may turn, those long past too. */
  private deadlines(): number[] {
    const { schedule, parts } = this.context;
    const boundaries = schedule.boundaries(this.lastStep + this.offset).map((wall) => wall - this.offset);
    return [
      this.lastReading + this.rule.forgetAfterMs,
      this.alert.keptUntil ?? Number.POSITIVE_INFINITY,
      ...boundaries,
      ...this.levels.flatMap((level) => level.watched.deadlines),
      ...parts.absents.flatMap(({ input, forMs }) => [
        this.due(input, this.countsFrom(input), forMs),
        this.due(input, this.activeFrom ?? 0, forMs),
      ]),
      ...[...this.signals.inputs.values()].flatMap((known) => known.ageDeadlines),
      ...this.signals.deadlines({ now: this.lastStep, offset: this.offset }),
    ];
  }

  private drafts(changes: readonly Change[], now: number, offset: number): Draft[] {
    return changes.map((change) => ({ instance: this, event: this.event(change, now, offset) }));
  }

  private begin(now: number, offset: number): void {
    const before = this.firings.filter(({ at }) => at === now).map(({ episode }) => episode);
    this.episode = episodeOf(this.rule.id, this.labels, now + offset, before);
    this.firings.push({ at: now, episode: this.episode });
  }

  private event(change: Change, now: number, offset: number): AlertEvent {
    const { event, severity, previous, reason } = change;
    const isPending = event === 'pending' || reason === 'pending';
    if (event === 'firing') this.begin(now, offset);
    const duration = durationText(isPending ? 0 : now - this.alert.firedAt);
    const known = new Map<string, Scalar | null>([
      ...Object.entries({ rule: this.rule.id, severity, duration }),
      ...Object.entries(this.labels),
      ...Object.entries(this.values),
    ]);
    return {
      time: now + offset,
      rule: this.rule.id,
      event,
      severity,
      labels: this.labels,
      values: this.values,
      message: messageText(this.rule.message, (name) => known.get(name) ?? null),
      episode: isPending ? null : this.episode,
      ...(previous === undefined ? {} : { previous }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

/** Rule id, labels as JSON, the printed time of the firing event, and the episode before it at that instant, a line each. */
function episodeOf(
  rule: string,
  labels: Readonly<Record<string, string>>,
  firedAt: number,
  before: readonly string[],
): string {
  const text = [rule, JSON.stringify(labels), firedAt, ...before.slice(-1)].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
