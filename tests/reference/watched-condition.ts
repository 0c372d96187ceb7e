import type { Condition } from '../../rules/rule.js';
import { compare } from './comparisons.js';
import { ConditionLog } from './condition-log.js';
import { evaluateExpression } from './expressions.js';
import { afterState, sequenceState } from './patterns.js';
import type { Signals } from './signals.js';
import { all, any, atLeast, not, type Truth } from './truth.js';

export interface Seen {
  readonly signals: Signals;
  readonly now: number;
  /** When an `absent` of the input for so long is true, if nothing comes. */
  readonly absentDue: (input: string, forMs: number) => number;
}

/** A condition with the log of what it was in every step, and its parts likewise. */
export class WatchedCondition {
  readonly parts: readonly WatchedCondition[];
  readonly log = new ConditionLog();

  constructor(readonly condition: Condition) {
    this.parts = partsOf(condition).map((part) => new WatchedCondition(part));
  }

  /** Evaluates the parts, then the condition, and logs what it is in this step. */
  step(seen: Seen): void {
    for (const part of this.parts) part.step(seen);
    const state = this.state(seen);
    // The log has this step's entry when a delay is judged, so that a first step is a rise.
    this.log.entries.push({ at: seen.now, state, held: state ?? this.held(seen.now) });
  }

  shift(byMs: number): void {
    this.log.shift(byMs);
    for (const part of this.parts) part.shift(byMs);
  }

  get isTrue(): Truth {
    return this.log.latest?.state ?? null;
  }

  /** Its state, or what it is taken for while that is unknown. */
  get isHeldTrue(): boolean {
    return this.log.latest?.held ?? false;
  }

  /** Every time at which it may turn with nothing arriving, those long past too. */
  get deadlines(): number[] {
    return [...this.ownDeadlines(), ...this.parts.flatMap((part) => part.deadlines)];
  }

  /** Of a `for`: true since then, but not yet long enough. */
  isDelayRunning(now: number): boolean {
    if (this.condition.kind !== 'for') return false;
    const since = this.only.log.trueSince;
    return since !== null && now < since + this.condition.forMs;
  }

  private get only(): WatchedCondition {
    const [part] = this.parts;
    if (part === undefined) throw new Error(`${this.condition.kind} has no part`);
    return part;
  }

  private state(seen: Seen): Truth {
    const { condition } = this;
    const states = this.parts.map((part) => part.isTrue);
    switch (condition.kind) {
      case 'compare':
        return compare({
          value: seen.signals.value(condition.signal),
          comparison: condition.comparison,
          deadband: condition.deadband,
          wasTrue: this.log.lastKnown === true,
          operandOf: (signal) => seen.signals.value(signal),
        });
      case 'expression': {
        const value = evaluateExpression(
          condition.expression,
          (part) => seen.signals.value(part),
          seen.signals.functions,
        );
        return typeof value === 'boolean' ? value : null;
      }
      case 'absent':
        return seen.now >= seen.absentDue(condition.input, condition.forMs);
      case 'changed':
        return seen.signals.hasChanged(condition.of);
      case 'all':
        return all(states);
      case 'any':
        return any(states);
      case 'not':
        return not(this.only.isTrue);
      case 'some':
        return atLeast(condition.count, states);
      case 'sequence':
        return this.sequence(condition.of.length, condition.withinMs);
      case 'after':
        return this.after(condition.withinMs);
      case 'times':
        return this.times(condition.count, condition.withinMs, seen.now);
      case 'for':
        return this.for(condition.forMs, seen.now);
      case 'keepFor':
        return this.keepFor(condition.keepForMs, seen.now);
    }
  }

  private times(count: number, withinMs: number, now: number): boolean {
    return this.only.log.rises.filter((rise) => rise.at > now - withinMs).length >= count;
  }

  private for(forMs: number, now: number): Truth {
    const since = this.only.log.trueSince;
    if (this.only.isTrue !== true || since === null) return this.only.isTrue;
    return now >= since + forMs;
  }

  private keepFor(keepForMs: number, now: number): Truth {
    const end = this.only.log.ends.at(-1);
    if (this.only.isTrue === true || end === undefined) return this.only.isTrue;
    return now < end + keepForMs ? true : this.only.isTrue;
  }

  private sequence(length: number, withinMs: number): boolean {
    const logs = this.parts.map((part) => part.log);
    return sequenceState(logs.slice(0, length), logs[length] ?? null, withinMs);
  }

  private after(withinMs: number): boolean {
    const [cause, expected] = this.parts;
    return cause !== undefined && expected !== undefined && afterState(cause.log, expected.log, withinMs);
  }

  /** What an unknown condition is taken for (rule reference, section 1, `onUnknown`). */
  private held(now: number): boolean {
    const { condition } = this;
    const held = this.parts.map((part) => part.isHeldTrue);
    switch (condition.kind) {
      case 'compare':
      case 'expression':
      case 'absent':
      case 'changed':
        return this.log.lastKnown === true;
      case 'all':
        return held.every((part) => part);
      case 'any':
        return held.some((part) => part);
      case 'not':
        return !this.only.isHeldTrue;
      case 'some':
        return held.filter((part) => part).length >= condition.count;
      case 'for': {
        const since = this.only.log.trueSince;
        return this.only.isHeldTrue && since !== null && now >= since + condition.forMs;
      }
      case 'keepFor':
        return this.only.isHeldTrue;
      case 'times':
      case 'sequence':
      case 'after':
        throw new Error(`${condition.kind} is never unknown`);
    }
  }

  private ownDeadlines(): number[] {
    const { condition } = this;
    switch (condition.kind) {
      case 'for':
        return this.only.log.rises.map((rise) => rise.at + condition.forMs);
      case 'times':
        return this.only.log.rises.map((rise) => rise.at + condition.withinMs);
      case 'keepFor':
        return this.only.log.ends.map((end) => end + condition.keepForMs);
      case 'after':
        return this.parts[0]?.log.rises.map((rise) => rise.at + condition.withinMs) ?? [];
      default:
        return [];
    }
  }
}

function partsOf(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'compare':
    case 'expression':
    case 'absent':
    case 'changed':
      return [];
    case 'all':
    case 'any':
    case 'some':
      return condition.of;
    case 'not':
    case 'times':
    case 'for':
    case 'keepFor':
      return [condition.of];
    case 'sequence':
      return condition.unless === null ? condition.of : [...condition.of, condition.unless];
    case 'after':
      return [condition.cause, condition.expect];
  }
}
