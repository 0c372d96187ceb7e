import type { AlertEventKind, EndReason } from '../alert-event.js';
import { type ConditionNode, FALSE, TRUE, UNSURE } from '../conditions/condition-node.js';
import type { ForCondition } from '../conditions/for-condition.js';
import { addTimed } from '../conditions/timed-conditions.js';
import { fitted } from '../exact-lists.js';
import { SEVERITIES, type Severity } from '../rule.js';
import type { Standstill } from '../signals/reading-source.js';
import type { SignalNode } from '../signals/signal-node.js';
import { handOver } from './hand-over.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';

/** A change of an alert, before it is dressed as an event. */
export interface Change {
  readonly event: AlertEventKind;
  readonly severity: Severity;
  readonly previous?: Severity;
  readonly reason?: EndReason;
}

/** One severity of a rule with its condition. */
export interface AlertLevel {
  readonly severity: Severity;
  /** What the condition means, in the rule's words. */
  readonly definition: string;
  readonly condition: ConditionNode;
  /** The top-level `for`, whose running makes the alert pending. */
  readonly delay: ForCondition | null;
  /** Was the condition true in the last step, or unknown and held? */
  isTaken: boolean;
}

export type AlertState = 'inactive' | 'firing' | 'latched';

const NOT_PENDING = -1;
const STATES: readonly AlertState[] = ['inactive', 'firing', 'latched'];

/** The alert of an instance that has seen the past. */
interface WarmAlert {
  /** Latched is what somebody was told of: nobody was. */
  readonly isFiring: boolean;
  readonly severity: Severity;
  readonly calmSince: number;
}

export interface AlertOptions {
  readonly holdsUnknown: boolean;
  readonly keepForMs: number;
  readonly latch: boolean;
}

/** The alert state machine of one instance (rule reference, sections 1 and 7). */
export class Alert {
  state: AlertState = 'inactive';
  severity: Severity = 'info';
  /** Severity of the open `pending`; `null`: none. */
  pending: Severity | null = null;
  /** Since when no level has been taken as true; NaN: one is. */
  #calmSince = Number.NaN;
  readonly #timed: readonly ConditionNode[];
  /** How it would stand had this version of the rule been there before; until the swap. */
  #warm: WarmAlert | null = null;

  constructor(
    /** Highest severity first. */
    readonly levels: readonly AlertLevel[],
    private readonly options: AlertOptions,
  ) {
    const timed: ConditionNode[] = [];
    for (const { condition } of levels) addTimed(condition, timed);
    this.#timed = fitted(timed);
  }

  /** When the alert changes by its own time alone: the end of `keepFor`. */
  get deadline(): number {
    return Number.isNaN(this.#calmSince)
      ? Number.POSITIVE_INFINITY
      : this.#calmSince + this.options.keepForMs;
  }

  /** Evaluates every level. @param changes takes what changed, as in all methods */
  settle(moment: Moment, changes: Change[]): void {
    const top = this.#evaluate(moment);
    if (top === null) {
      if (this.state === 'firing') this.#calm(moment, this.#isNormal() ? 'normal' : 'unknown', changes);
      if (this.state === 'inactive') this.#settlePending(changes);
    } else if (this.state === 'inactive') this.#fire(top.severity, changes);
    else this.#stay(top, changes);
  }

  /**
   * The step in which another version of the rule takes over. A firing alert whose conditions do not hold is over;
   * one delay that runs then is told of in the next step, so that there is at most one event.
   */
  swap(moment: Moment, isOn: boolean, changes: Change[]): void {
    const top = isOn ? this.#evaluateWarm(moment) : null;
    const warm = this.#warm;
    this.#warm = null;
    if (warm !== null && top === null && this.state !== 'latched') {
      const isKept = isOn && warm.isFiring && !Number.isNaN(warm.calmSince);
      this.#swapCalm(moment, isKept ? warm : null, changes);
      return;
    }
    if (this.state === 'inactive') {
      if (top === null) this.#settlePending(changes);
      else this.#fire(top.severity, changes);
    } else if (top !== null) this.#stay(top, changes);
    else if (this.state === 'firing') this.#calm(moment, 'rule changed', changes);
    else if (!this.options.latch) this.end('rule changed', changes);
  }

  /** None of its conditions holds. @param kept the alert that its `keepFor` would still keep; `null`: none */
  #swapCalm(moment: Moment, kept: WarmAlert | null, changes: Change[]): void {
    if (kept !== null && this.state === 'inactive') this.#fire(kept.severity, changes);
    if (this.state === 'inactive') {
      this.#settlePending(changes);
      return;
    }
    this.#calmSince = kept === null ? Number.NEGATIVE_INFINITY : kept.calmSince;
    this.#calm(moment, 'rule changed', changes);
  }

  /** What holds an unknown does so as far as it would have been firing. */
  #evaluateWarm(moment: Moment): AlertLevel | null {
    const { state, severity } = this;
    if (state === 'inactive' && this.#warm?.isFiring === true) {
      this.state = 'firing';
      this.severity = this.#warm.severity;
    }
    const top = this.#evaluate(moment);
    this.state = state;
    this.severity = severity;
    return top;
  }

  /** Takes over what the alert of another instance, of the same version of the rule, has seen. */
  warmUp(from: Alert): void {
    this.#warm = {
      isFiring: from.state === 'firing',
      severity: from.severity,
      calmSince: from.#calmSince,
    };
    this.levels.forEach((level, i) => {
      const other = from.levels[i];
      if (other === undefined) return;
      handOver(other.condition, level.condition);
      level.isTaken = other.isTaken;
    });
  }

  /** Takes over an alert of another version of the rule that has nothing else in common with this one. */
  succeed(from: Alert): void {
    this.state = from.state;
    this.severity = from.severity;
    this.pending = from.pending;
    this.#calmSince = from.#calmSince;
  }

  /** Takes over the state of another version of the rule: the alert's, and that of the conditions both have. */
  carryOver(from: Alert): void {
    this.succeed(from);
    for (const level of this.levels) {
      const same = from.levels.filter(({ definition }) => definition === level.definition);
      const before = same.find(({ severity }) => severity === level.severity) ?? same[0];
      if (before === undefined) continue;
      handOver(before.condition, level.condition);
      level.isTaken = before.isTaken;
    }
  }

  /** A step outside the rule's schedule: no level is true. */
  rest(moment: Moment, changes: Change[]): void {
    if (this.state === 'firing') this.#calm(moment, 'inactive', changes);
    if (this.state === 'inactive') this.#settlePending(changes);
  }

  /** The conditions forget their state; `absent` counts from `begin` at the earliest. */
  forget(begin: number): void {
    for (const level of this.levels) {
      level.isTaken = false;
      level.condition.reset(begin);
    }
  }

  /** Ends the alert whatever its conditions say. */
  end(reason: EndReason, changes: Change[]): void {
    const { state, pending } = this;
    this.state = 'inactive';
    this.pending = null;
    this.#calmSince = Number.NaN;
    for (const level of this.levels) level.isTaken = false;
    if (state !== 'inactive') changes.push({ event: 'resolved', severity: this.severity, reason });
    else if (pending !== null) changes.push({ event: 'cleared', severity: pending, reason: 'pending' });
    // Who resets an alert is told at once that it is about to come again.
    if (reason === 'reset') this.#settlePending(changes);
  }

  /** The earliest time at which one of the conditions changes by time alone. */
  conditionDeadline(): number {
    let deadline = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#timed.length; i++) {
      const own = this.#timed[i]?.deadline ?? Number.POSITIVE_INFINITY;
      if (own < deadline) deadline = own;
    }
    return deadline;
  }

  /** Brings deadlines of conditions up to date that moved later without a step. */
  refreshDeadlines(): void {
    for (const { condition } of this.levels) condition.refreshDeadline();
  }

  shift(deltaMs: number): void {
    this.#calmSince += deltaMs;
    for (const level of this.levels) level.condition.shift(deltaMs);
  }

  /** The clock of a source was stopped, or goes on after a standstill. */
  stoodStill(source: SignalNode, standstill: Standstill): void {
    for (const level of this.levels) level.condition.stoodStill(source, standstill);
  }

  /** The highest level taken as true; every level is evaluated. */
  #evaluate(moment: Moment): AlertLevel | null {
    let top: AlertLevel | null = null;
    for (let i = 0; i < this.levels.length; i++) {
      const level = this.levels[i];
      if (level === undefined) break;
      const state = level.condition.evaluate(moment);
      level.isTaken = state === TRUE || (state === UNSURE && this.#stays(level));
      if (level.isTaken && top === null) top = level;
    }
    return top;
  }

  /** While a condition is unknown, a severity that fires may stay; it never starts. */
  #stays(level: AlertLevel): boolean {
    if (!this.options.holdsUnknown || this.state !== 'firing') return false;
    return (level.isTaken || level.severity === this.severity) && level.condition.held();
  }

  #fire(severity: Severity, changes: Change[]): void {
    this.state = 'firing';
    this.severity = severity;
    this.pending = null;
    this.#calmSince = Number.NaN;
    changes.push({ event: 'firing', severity });
  }

  #stay(top: AlertLevel, changes: Change[]): void {
    this.state = 'firing';
    this.#calmSince = Number.NaN;
    if (top.severity === this.severity) return;
    const previous = this.severity;
    this.severity = top.severity;
    changes.push({ event: 'severity', severity: top.severity, previous });
  }

  #isNormal(): boolean {
    return this.levels.every((level) => level.condition.state === FALSE);
  }

  #calm(moment: Moment, reason: EndReason, changes: Change[]): void {
    if (Number.isNaN(this.#calmSince)) this.#calmSince = moment.now;
    if (moment.now < this.deadline) return;
    if (!this.options.latch) {
      this.end(reason, changes);
      return;
    }
    this.state = 'latched';
    this.#calmSince = Number.NaN;
    changes.push({ event: 'cleared', severity: this.severity, reason });
  }

  #settlePending(changes: Change[]): void {
    const running = this.levels.find((level) => level.delay?.isRunning);
    if (this.pending === null && running !== undefined) {
      this.pending = running.severity;
      changes.push({ event: 'pending', severity: running.severity });
    } else if (this.pending !== null && running === undefined) {
      const severity = this.pending;
      this.pending = null;
      changes.push({ event: 'cleared', severity, reason: 'pending' });
    }
  }

  save(writer: StateBytes): void {
    writer.number(STATES.indexOf(this.state)).number(SEVERITIES.indexOf(this.severity));
    writer.number(this.pending === null ? NOT_PENDING : SEVERITIES.indexOf(this.pending));
    writer.number(this.#calmSince);
    for (const level of this.levels) {
      writer.boolean(level.isTaken);
      level.condition.save(writer);
    }
  }

  load(reader: StateBytesReader): void {
    this.state = STATES[reader.number()] ?? 'inactive';
    this.severity = SEVERITIES[reader.number()] ?? 'info';
    this.pending = SEVERITIES[reader.number()] ?? null;
    this.#calmSince = reader.number();
    for (const level of this.levels) {
      level.isTaken = reader.boolean();
      level.condition.load(reader);
    }
  }
}
