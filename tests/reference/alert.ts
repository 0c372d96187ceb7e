import type { AlertEventKind, EndReason } from '../../rules/alert-event.js';
import type { Rule, Severity } from '../../rules/rule.js';
import type { WatchedCondition } from './watched-condition.js';

/** What became of an alert in a step: an event without what its instance adds. */
export interface Change {
  readonly event: AlertEventKind;
  readonly severity: Severity;
  readonly previous?: Severity;
  readonly reason?: EndReason;
}

export interface WatchedLevel {
  readonly severity: Severity;
  readonly watched: WatchedCondition;
}

/** The alert of one instance (rule reference, sections 1 and 7): from the states of its levels to its events. */
export class Alert {
  state: 'inactive' | 'firing' | 'latched' = 'inactive';
  severity: Severity = 'info';
  /** When it fired; gaps do not move it. */
  firedAt = 0;
  pending: Severity | null = null;
  /** The first step of those in which no level was taken as true, while the rule's `keepFor` runs. */
  private noneSince: number | null = null;
  private taken = new Set<Severity>();

  constructor(private readonly rule: Rule) {}

  /** `levels`: highest first. */
  step(levels: readonly WatchedLevel[], now: number): Change[] {
    const taken = levels.filter((level) => this.isTaken(level));
    this.taken = new Set(taken.map((level) => level.severity));
    const highest = taken[0]?.severity;
    const reason = levels.every((level) => level.watched.isTrue === false) ? 'normal' : 'unknown';
    const changes = highest === undefined ? this.none(reason, now) : this.some(highest, now);
    return [...changes, ...this.settlePending(levels, now)];
  }

  /** A step outside the rule's schedule. */
  inactiveStep(now: number): Change[] {
    this.taken = new Set();
    return [...this.none('inactive', now), ...this.settlePending([], now)];
  }

  /** `null`: there is nothing to reset. */
  reset(levels: readonly WatchedLevel[], now: number): Change[] | null {
    if (this.state !== 'latched') return null;
    this.state = 'inactive';
    const resolved: Change = { event: 'resolved', severity: this.severity, reason: 'reset' };
    return [resolved, ...this.settlePending(levels, now)];
  }

  /** The instance ends. */
  end(reason: EndReason): Change[] {
    const wasInactive = this.state === 'inactive';
    this.state = 'inactive';
    if (wasInactive) return this.breakOff();
    return [{ event: 'resolved', severity: this.severity, reason }];
  }

  get keptUntil(): number | null {
    return this.noneSince === null ? null : this.noneSince + this.rule.keepForMs;
  }

  shift(byMs: number): void {
    if (this.noneSince !== null) this.noneSince += byMs;
  }

  private isTaken({ severity, watched }: WatchedLevel): boolean {
    if (watched.isTrue !== null) return watched.isTrue;
    const mayHold = this.rule.onUnknown === 'hold' && this.state === 'firing';
    const wasTaken = this.taken.has(severity) || severity === this.severity;
    return mayHold && wasTaken && watched.isHeldTrue;
  }

  private some(severity: Severity, now: number): Change[] {
    const { state, severity: previous } = this;
    this.state = 'firing';
    this.severity = severity;
    this.noneSince = null;
    if (state === 'inactive') {
      this.firedAt = now;
      this.pending = null;
      return [{ event: 'firing', severity }];
    }
    return severity === previous ? [] : [{ event: 'severity', severity, previous }];
  }

  private none(reason: EndReason, now: number): Change[] {
    if (this.state !== 'firing') return [];
    this.noneSince ??= now;
    if (now < this.noneSince + this.rule.keepForMs) return [];
    this.noneSince = null;
    this.state = this.rule.latch ? 'latched' : 'inactive';
    return [{ event: this.rule.latch ? 'cleared' : 'resolved', severity: this.severity, reason }];
  }

  private settlePending(levels: readonly WatchedLevel[], now: number): Change[] {
    if (this.state !== 'inactive') return [];
    const running = levels.find((level) => topDelay(level.watched).isDelayRunning(now));
    if (running === undefined) return this.breakOff();
    if (this.pending !== null) return [];
    this.pending = running.severity;
    return [{ event: 'pending', severity: running.severity }];
  }

  private breakOff(): Change[] {
    if (this.pending === null) return [];
    const cleared: Change = { event: 'cleared', severity: this.pending, reason: 'pending' };
    this.pending = null;
    return [cleared];
  }
}

/** The outermost condition but a `keepFor`: its `for`, if it is one, is the alert's delay. */
function topDelay(watched: WatchedCondition): WatchedCondition {
  return watched.condition.kind === 'keepFor' ? (watched.parts[0] ?? watched) : watched;
}
