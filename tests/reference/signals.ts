import type { CustomFunction } from '../../rules/custom-function.js';
import type { Scalar } from '../../rules/reading.js';
import type { Aggregate, Condition, Signal } from '../../rules/rule.js';
import { across } from './across.js';
import { aggregate } from './aggregates.js';
import { ewma } from './ewma.js';
import { evaluateExpression, namedIn } from './expressions.js';
import { AlignedValue, type HeldValue, SessionValue } from './held-values.js';
import type { KnownInput } from './known-input.js';
import { predict, timeTo } from './line-functions.js';
import { lookup } from './lookup.js';
import { isShared, makingsOf } from './makings.js';
import { isTimeWeighted, momentOf, nextTick } from './moments.js';
import type { RuleContext } from './rule-context.js';
import { DuringValue } from './run-values.js';
import { DerivedReadings, type Source } from './source.js';
import { holdEnd, timeWeighted } from './time-weights.js';
import { WatchedCondition } from './watched-condition.js';
import { countFrame, type Frame, knownAt, passes, slidingFrame } from './windows.js';

export interface SignalStep {
  readonly now: number;
  readonly offset: number;
  /** Inputs that got a reading in this step that is not late. */
  readonly gave: ReadonlySet<string>;
}

/** The signals of one instance, worked out anew from its readings in every step. */
export class Signals {
  private at: SignalStep = { now: Number.NEGATIVE_INFINITY, offset: 0, gave: new Set() };
  /** What was worked out or recorded in this step already. */
  private readonly done = new Map<object, Scalar | null>();
  private readonly derived = new Map<Signal, DerivedReadings>();
  private readonly held = new Map<Aggregate, HeldValue>();
  private readonly runs = new Map<Condition, WatchedCondition>();
  private readonly limits = new Map<Aggregate, { content: string; limit: Scalar | null }>();

  constructor(
    private readonly context: RuleContext,
    readonly inputs: ReadonlyMap<string, KnownInput>,
    /** When an input is absent for so long, counted from its last reading or the beginning of the instance. */
    private readonly absentDue: (input: string, forMs: number) => number,
    /** The place of the message that began the instance in the order of arrival. */
    private readonly firstOrder: number,
    private readonly labels: Readonly<Record<string, string>>,
  ) {}

  /** Goes on from what another has seen of before the instance began; runs of conditions begin with it. */
  takeOver(past: Signals): void {
    for (const [signal, readings] of past.derived) {
      readings.countBefore = readings.readings.length;
      this.derived.set(signal, readings);
    }
    for (const [signal, held] of past.held) if (!this.isOwnInput(signal.of)) this.held.set(signal, held);
    for (const [signal, limit] of past.limits) this.limits.set(signal, limit);
  }

  /** The readings of an input that begins instances: nothing but its windows looked at them before this one began. */
  private isOwnInput(signal: Signal): boolean {
    if (signal.kind === 'value') return this.isOwnInput(signal.of);
    if (signal.kind !== 'name') return false;
    const input = this.inputs.get(signal.name)?.input;
    if (input === undefined) return this.isOwnInput(this.letNamed(signal.name));
    return !isShared(this.context.rule, input);
  }

  private get isAhead(): boolean {
    return this.context.ahead !== null;
  }

  get functions(): readonly CustomFunction[] {
    return this.context.rule.functions;
  }

  /** Begins a step: whatever looks at readings, or holds a value, takes note of it, asked for or not. */
  step(at: SignalStep): void {
    this.at = at;
    this.done.clear();
    for (const run of this.isAhead ? [] : this.context.parts.runs) this.runOf(run);
    for (const signal of this.context.parts.looked) this.source(signal);
    for (const signal of this.context.parts.aggregates) this.value(signal);
  }

  /** `null` is unknown. */
  value(signal: Signal): Scalar | null {
    const known = this.done.get(signal);
    if (known !== undefined) return known;
    const value = this.workedOut(signal);
    this.done.set(signal, value);
    return value;
  }

  /** The newest reading differs from the one before. */
  hasChanged(signal: Signal): boolean {
    const [before, newest] = this.source(signal).onTime.slice(-2);
    return before !== undefined && newest !== undefined && before.value !== newest.value;
  }

  /** Times after `after` at which a signal may change with nothing arriving; those long past may be among them. */
  deadlines(after: { now: number; offset: number }): number[] {
    const ofRuns = [...this.runs.values()].flatMap((run) => run.deadlines);
    return [
      ...ofRuns,
      ...this.context.parts.aggregates.flatMap((signal) => this.aggregateDeadlines(signal, after)),
    ];
  }

  shift(byMs: number): void {
    for (const run of this.runs.values()) run.shift(byMs);
    for (const { readings } of this.derived.values()) {
      for (const reading of readings) reading.arrival += byMs;
    }
  }

  private workedOut(signal: Signal): Scalar | null {
    switch (signal.kind) {
      case 'name': {
        if (this.isLabel(signal.name)) return this.labels[signal.name] ?? null;
        const input = this.inputs.get(signal.name);
        return input === undefined ? this.value(this.letNamed(signal.name)) : input.valueAt(this.at.now);
      }
      case 'value':
        return this.value(signal.of);
      case 'previous':
        return this.source(signal.of).onTime.at(-2)?.value ?? null;
      case 'aggregate':
        return this.aggregated(signal);
      case 'expression':
        return evaluateExpression(signal.expression, (part) => this.value(part), this.functions);
      case 'across': {
        const input = this.inputs.get(signal.input);
        const values = input?.series.flatMap((series) => input.valueOf(series, this.at.now) ?? []);
        return across(signal.function, values ?? []);
      }
      case 'ewma':
        return ewma(this.source(signal.of), signal.halfLifeMs);
      case 'lookup':
        return lookup(this.context.rule, this.labels, signal);
    }
  }

  private source(signal: Signal): Source {
    if (signal.kind === 'value') return this.source(signal.of);
    if (signal.kind === 'name') {
      return this.inputs.get(signal.name) ?? this.source(this.letNamed(signal.name));
    }
    const readings = this.derived.get(signal) ?? new DerivedReadings();
    this.derived.set(signal, readings);
    if (!this.done.has(readings) && (!this.isAhead || this.goesByKnownLabels(signal))) {
      this.done.set(readings, null);
      const { now, offset } = this.at;
      readings.record(this.value(signal), {
        now,
        wall: now + offset,
        turn: this.context.clock.turn,
        givesReading: this.gives(signal),
      });
    }
    return readings;
  }

  /** Has each label that it goes by been named by one of the inputs that it is made of? */
  private goesByKnownLabels(signal: Signal): boolean {
    const { inputs, labels } = makingsOf(this.context.rule, signal);
    const known = new Set(
      [...inputs].flatMap((name) => {
        const input = this.inputs.get(name);
        const isHeard = input?.series.some(({ all, retained }) => all.length > 0 || retained !== null);
        return isHeard === true ? (input?.input.source.pattern.captures ?? []) : [];
      }),
    );
    return [...labels].every((label) => known.has(label));
  }

  /** Whether a signal gives a reading in this step: a derived one only while it is known. */
  private gives(signal: Signal): boolean {
    const isInput = signal.kind === 'name' && this.inputs.has(signal.name);
    return this.isMadeToGive(signal) && (isInput || this.value(signal) !== null);
  }

  /** Whether a signal that it is made of gives one. */
  private isMadeToGive(signal: Signal): boolean {
    switch (signal.kind) {
      case 'name':
        if (this.isLabel(signal.name)) return false;
        return this.inputs.has(signal.name)
          ? this.at.gave.has(signal.name)
          : this.gives(this.letNamed(signal.name));
      case 'value':
      case 'previous':
      case 'ewma':
        return this.gives(signal.of);
      case 'expression':
        return namedIn(signal.expression).some((part) => this.gives(part));
      case 'across':
        return this.at.gave.has(signal.input);
      case 'lookup':
        return false;
      case 'aggregate': {
        const held = this.heldOf(signal);
        if (signal.window.kind !== 'aligned' && signal.window.kind !== 'session')
          return this.gives(signal.of);
        this.value(signal);
        return held?.hasYielded ?? false;
      }
    }
  }

  private aggregated(signal: Aggregate): Scalar | null {
    if (this.isAhead && signal.window.kind === 'during') return null;
    const source = this.source(signal.of);
    const { now } = this.at;
    const held = this.heldOf(signal);
    if (held !== null) {
      held.update({
        now,
        source,
        gaps: this.context.gaps,
        clock: this.context.clock,
        evaluate: (frame, asOf) => this.evaluate(signal, frame, asOf),
      });
      return held.value;
    }
    const asOf = momentOf(signal, source, { now, gaps: this.context.gaps });
    const { window } = signal;
    const known = knownAt(source, (reading) => reading.step <= asOf);
    const frame =
      window.kind === 'sliding'
        ? slidingFrame(signal, known, { overMs: window.overMs, now: asOf })
        : window.kind === 'count'
          ? countFrame(signal, known, window.count)
          : null;
    this.noteLimit(signal, known, asOf);
    return this.evaluate(signal, frame, asOf);
  }

  private evaluate(signal: Aggregate, frame: Frame | null, asOf: number): Scalar | null {
    if (frame === null) return null;
    if (isTimeWeighted(signal)) {
      return timeWeighted(signal, frame, { source: this.source(signal.of), gaps: this.context.gaps });
    }
    if (signal.function === 'predict') return predict(signal, frame, asOf);
    if (signal.function === 'timeTo') {
      const limit = this.limitOf(signal);
      return typeof limit === 'number' ? timeTo(signal, frame, { now: asOf, limit }) : null;
    }
    return aggregate(signal, frame);
  }

  /** `timeTo` goes by the limit as it was when a reading last entered or left. Several may in one instant. */
  private noteLimit(signal: Aggregate, { readings }: Source, asOf: number): void {
    const { window, where } = signal;
    if (signal.limit === null) return;
    const inside =
      window.kind === 'count'
        ? readings.slice(-window.count)
        : readings.filter((one) => window.kind === 'sliding' && one.time > asOf - window.overMs);
    const counted = window.kind === 'count' ? inside : inside.filter((one) => passes(one, where));
    const content = counted.map(({ order }) => order).join();
    if (this.limits.get(signal)?.content === content) return;
    this.limits.set(signal, { content, limit: this.limitNow(signal) });
  }

  /** Windows that hold a value ask for it only when that is worked out. */
  private limitOf(signal: Aggregate): Scalar | null {
    const known = this.limits.get(signal);
    return known === undefined ? this.limitNow(signal) : known.limit;
  }

  private limitNow({ limit }: Aggregate): Scalar | null {
    if (limit === null) return null;
    const { operand } = limit;
    return operand.kind === 'literal' ? operand.value : this.value(operand.signal);
  }

  private heldOf(signal: Aggregate): HeldValue | null {
    const held = this.held.get(signal) ?? this.newHeld(signal);
    if (held !== null) this.held.set(signal, held);
    return held;
  }

  private newHeld(signal: Aggregate): HeldValue | null {
    const { window } = signal;
    switch (window.kind) {
      case 'sliding':
      case 'count':
        return null;
      case 'aligned':
        return new AlignedValue(signal, window);
      case 'session':
        return new SessionValue(signal, window);
      case 'during':
        if (this.isAhead) return null;
        return new DuringValue(signal, () => this.runOf(window.condition).log, this.lastBefore(signal.of));
    }
  }

  private lastBefore(of: Signal): number {
    const source = this.source(of);
    return (source instanceof DerivedReadings ? source.countBefore : this.firstOrder) - 1;
  }

  /** The condition of a `during`, evaluated in this step; it goes on when the rule is not active. */
  private runOf(condition: Condition): WatchedCondition {
    const run = this.runs.get(condition) ?? new WatchedCondition(condition);
    this.runs.set(condition, run);
    if (!this.done.has(run)) {
      this.done.set(run, null);
      run.step({ signals: this, now: this.at.now, absentDue: this.absentDue });
    }
    return run;
  }

  private aggregateDeadlines(signal: Aggregate, after: { now: number; offset: number }): number[] {
    const source = this.source(signal.of);
    const { window } = signal;
    const ofHeld = this.heldOf(signal)?.deadlines(source, after) ?? [];
    const leaving =
      window.kind === 'sliding' ? source.came.map((reading) => reading.time + window.overMs) : [];
    if (!isTimeWeighted(signal)) return [...ofHeld, ...leaving];
    const holdEnds = source.readings.map((reading) => holdEnd(reading, source, this.context.gaps));
    return [
      ...ofHeld,
      ...leaving,
      ...holdEnds,
      nextTick(signal, source, { after: after.now, gaps: this.context.gaps }),
    ];
  }

  private isLabel(name: string): boolean {
    return Object.hasOwn(this.labels, name);
  }

  private letNamed(name: string): Signal {
    const found = this.context.rule.lets.find((one) => one.name === name);
    if (found === undefined)
      throw new Error(`rule ${this.context.rule.id} names ${name}, which it does not have`);
    return found.signal;
  }
}
