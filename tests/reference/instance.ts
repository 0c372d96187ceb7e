import { createHash } from 'node:crypto';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Scalar } from '../../rules/reading.js';
import type { Rule } from '../../rules/rule.js';
import { Alert, type Change } from './alert.js';
import type { KnownInput } from './known-input.js';
import { durationText, messageText } from './message-text.js';
import type { RuleParts } from './rule-parts.js';
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
  private readonly alert: Alert;
  private readonly levels;
  private readonly signals: Signals;
  private values: Record<string, Scalar | null> = {};
  private episode: string | null = null;
  private lastReading: number;
  private lastStep: number;
  private next: number | null = null;

  constructor(
    readonly rule: Rule,
    /** In `groupBy` order. */
    readonly key: readonly string[],
    inputs: readonly KnownInput[],
    private beginning: number,
    private readonly parts: RuleParts,
  ) {
    this.alert = new Alert(rule);
    this.levels = rule.levels.map(({ severity, condition }) => ({
      severity,
      watched: new WatchedCondition(condition),
    }));
    this.signals = new Signals(rule, new Map(inputs.map((known) => [known.input.name, known])));
    this.lastReading = beginning;
    this.lastStep = beginning;
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

  /** In `groupBy` order, then the fixed ones by name. */
  get labels(): Record<string, string> {
    const own = this.rule.groupBy.map((name, index) => [name, this.key[index] ?? '']);
    const fixed = this.rule.labels.map(({ name, value }) => [name, value]);
    return Object.fromEntries([...own, ...fixed]);
  }

  gaveReading(now: number): void {
    this.lastReading = now;
  }

  /** Evaluates everything at `now`; `offset` is what printed times add to it. */
  step(now: number, offset: number): Draft[] {
    this.lastStep = now;
    this.next = null;
    this.values = this.valuesAt(now);
    const seen = { signals: this.signals, now, absentSince: (input: string) => this.absentSince(input) };
    for (const level of this.levels) level.watched.step(seen);
    const changes = this.alert.step(this.levels, now);
    return this.drafts([...changes, ...this.endIfSilent(now)], now, offset);
  }

  /** `null`: refused, the alert is not latched. */
  reset(now: number, offset: number): Draft[] | null {
    this.next = null;
    const changes = this.alert.reset(this.levels, now);
    return changes === null ? null : this.drafts([...changes, ...this.endIfSilent(now)], now, offset);
  }

  end(now: number, offset: number): Draft[] {
    this.isEnded = true;
    // It may end in a step that changes what it sees: another instance's message, which needs the room.
    this.values = this.valuesAt(now);
    return this.drafts(this.alert.end(), now, offset);
  }

  unsuppressed(now: number, offset: number): Draft[] {
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
    this.next = null;
    this.alert.shift(byMs);
    for (const level of this.levels) level.watched.shift(byMs);
  }

  private get known(): KnownInput[] {
    return [...this.signals.inputs.values()];
  }

  private absentSince(input: string): number {
    return this.signals.inputs.get(input)?.came.at(-1)?.arrival ?? this.beginning;
  }

  private endIfSilent(now: number): Change[] {
    if (!this.isInactive || now < this.lastReading + this.rule.forgetAfterMs) return [];
    this.isEnded = true;
    return this.alert.end();
  }

  /** Every time at which anything may turn, those long past too. */
  private deadlines(): number[] {
    return [
      this.lastReading + this.rule.forgetAfterMs,
      this.alert.keptUntil ?? Number.POSITIVE_INFINITY,
      ...this.levels.flatMap((level) => level.watched.deadlines),
      ...this.parts.absents.map(({ input, forMs }) => this.absentSince(input) + forMs),
      ...this.known.flatMap((known) => this.inputDeadlines(known)),
    ];
  }

  private inputDeadlines({ input, readings, came, series }: KnownInput): number[] {
    const maxAge = input.maxAgeMs ?? Number.POSITIVE_INFINITY;
    const retained = series.flatMap((one) => one.retained ?? []);
    return [
      ...[...readings, ...retained].map((held) => held.arrival + maxAge),
      ...this.parts.slidingLengths.flatMap((overMs) => came.map((reading) => reading.time + overMs)),
    ];
  }

  private valuesAt(now: number): Record<string, Scalar | null> {
    const { inputs, lets } = this.rule;
    const names = [...inputs, ...lets].map(({ name }) => name);
    // −0 prints as 0.
    const printable = (value: Scalar | null): Scalar | null => (value === 0 ? 0 : value);
    return Object.fromEntries(
      names.map((name) => [name, printable(this.signals.valueAt({ kind: 'name', name }, now))]),
    );
  }

  private drafts(changes: readonly Change[], now: number, offset: number): Draft[] {
    return changes.map((change) => ({ instance: this, event: this.event(change, now, offset) }));
  }

  private event(change: Change, now: number, offset: number): AlertEvent {
    const { event, severity, previous, reason } = change;
    const isPending = event === 'pending' || reason === 'pending';
    if (event === 'firing') this.episode = episodeOf(this.rule.id, this.labels, now + offset);
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

/** Rule id, labels as JSON and the printed time of the firing event, a line each. */
function episodeOf(rule: string, labels: Readonly<Record<string, string>>, firedAt: number): string {
  const text = [rule, JSON.stringify(labels), firedAt].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
