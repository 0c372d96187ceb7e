import { AbsentCondition } from '../conditions/absent-condition.js';
import { AfterCondition } from '../conditions/after-condition.js';
import { ChangedCondition } from '../conditions/changed-condition.js';
import type { ConditionNode } from '../conditions/condition-node.js';
import { EqualityCondition } from '../conditions/equality-condition.js';
import { ExpressionCondition } from '../conditions/expression-condition.js';
import { ForCondition } from '../conditions/for-condition.js';
import { KeepForCondition } from '../conditions/keep-for-condition.js';
import { CountOfCondition, NotCondition } from '../conditions/logic-conditions.js';
import { RangeCondition } from '../conditions/range-condition.js';
import { SequenceCondition } from '../conditions/sequence-condition.js';
import { ThresholdCondition } from '../conditions/threshold-condition.js';
import { TimesCondition } from '../conditions/times-condition.js';
import type { Expression } from '../expression.js';
import { ExpressionNode } from '../expressions/expression-node.js';
import { truthOf } from '../expressions/truth-of.js';
import type { Aggregate, Comparison, Condition, Level, Operand, Signal } from '../rule.js';
import { AcrossNode } from '../signals/across-node.js';
import { AgedValue } from '../signals/aged-value.js';
import { DerivedSource } from '../signals/derived-source.js';
import { Pool } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import { ConstantSignal, SignalNode } from '../signals/signal-node.js';
import { AggregateNode } from '../windows/aggregate-node.js';
import { ClosedValue } from '../windows/closed-value.js';
import { DuringRun } from '../windows/during-run.js';
import { DuringWindow } from '../windows/during-window.js';
import { readingFilter } from '../windows/reading-filter.js';
import { slopeOf, TimeToNode } from '../windows/time-to-node.js';
import { isTimeWeighted, TimeWeightNode } from '../windows/time-weight-node.js';
import { WindowSet } from '../windows/window-set.js';
import type { AlertLevel } from './alert.js';
import type { SavedNode } from './hand-over.js';
import type { Moment } from './moment.js';
import type { RulePlan } from './rule-plan.js';

/** An input as an instance has it. */
export interface BoundInput {
  readonly source: ReadingSource;
  readonly windows: WindowSet;
}

/** Something whose state goes over to another version of the rule if that has the same, and into snapshots. */
export interface Stateful {
  /** What it is there for, in the rule's words. */
  readonly definition: string;
  readonly node: SavedNode;
}

/**
 * Builds the operators of one instance from its rule: signals first, so that `signals` holds them in an order in
 * which each comes after those it is made of.
 */
export class InstanceBuilder {
  readonly signals: SignalNode[] = [];
  /** What of them has state of its own. */
  readonly stateful: Stateful[] = [];
  /** Derived signals whose readings somebody wants, by what they mean. */
  #derived: Map<string, BoundInput> | null = null;
  /** Windows over the runs of conditions, and the derived signals that they look at. */
  readonly #runs: { readonly window: DuringWindow; readonly windows: WindowSet }[] = [];
  /** The values of windows that close, by their operators. */
  #closed: Map<SignalNode, ClosedValue> | null = null;
  /** The signal being built. */
  #definition = '';
  readonly #inputs: readonly SignalNode[];
  /** `let` signals and labels. */
  #named: Map<string, SignalNode> | null = null;

  constructor(
    private readonly plan: RulePlan,
    private readonly bound: readonly BoundInput[],
    private readonly labelsOf: () => Readonly<Record<string, string>>,
    private readonly moment: Moment,
    /** When the instance began. */
    private readonly begunAt: number,
  ) {
    this.#inputs = bound.map(({ source }, index) => {
      const maxAgeMs = plan.rule.inputs[index]?.maxAgeMs ?? null;
      return maxAgeMs === null ? source : this.#keep(new AgedValue(source, maxAgeMs));
    });
  }

  /** The windows over derived signals. */
  get derivedWindows(): WindowSet[] {
    return this.#derived === null ? [] : [...this.#derived.values()].map(({ windows }) => windows);
  }

  /** Tells windows over runs what derived signals gave before the instance began. */
  seedRuns(): void {
    for (const { window, windows } of this.#runs) window.seed(windows.remember());
  }

  /** The signal of an input or `let`, or the constant of a label. */
  named(name: string): SignalNode {
    const index = this.plan.inputIndex.get(name);
    const known = (index === undefined ? undefined : this.#inputs[index]) ?? this.#named?.get(name);
    if (known !== undefined) return known;
    const signal = this.plan.letSignal(name);
    const node = signal === undefined ? this.#label(name) : this.#signal(signal);
    this.#named ??= new Map();
    this.#named.set(name, node);
    return node;
  }

  #label(name: string): SignalNode {
    const labels = this.labelsOf();
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (value === undefined) throw new Error(`no signal or label ${name}`);
    return new ConstantSignal(value);
  }

  /** What a `let` signal means. */
  definitionOf(name: string): string {
    const signal = this.plan.letSignal(name);
    return signal === undefined ? name : this.plan.definitions.of(signal);
  }

  level(level: Level): AlertLevel {
    const condition = this.#condition(level.condition);
    const definition = this.plan.definitions.of(level.condition);
    const inner = condition instanceof KeepForCondition ? condition.parts[0] : condition;
    return {
      severity: level.severity,
      definition,
      condition,
      delay: inner instanceof ForCondition ? inner : null,
      isTaken: false,
    };
  }

  #keep<T extends SignalNode>(node: T): T {
    if (this.signals.includes(node)) return node;
    this.signals.push(node);
    const hasState = node.isOwn && node.save !== SignalNode.prototype.save;
    if (hasState) this.stateful.push({ definition: this.#definition, node });
    return node;
  }

  #signal(signal: Signal): SignalNode {
    if (signal.kind === 'name') return this.named(signal.name);
    return this.#defining(signal, () => this.#signalOf(signal));
  }

  #defining<T>(signal: Signal, build: () => T): T {
    const outer = this.#definition;
    this.#definition = this.plan.definitions.of(signal);
    const built = build();
    this.#definition = outer;
    return built;
  }

  #signalOf(signal: Signal): SignalNode {
    switch (signal.kind) {
      case 'name':
        return this.named(signal.name);
      case 'value':
        return this.#signal(signal.of);
      case 'previous':
        return this.#changing(signal.of).previous;
      case 'aggregate':
        return this.#aggregate(signal);
      case 'ewma':
        return this.#keep(this.#readings(signal.of).windows.operator(signal, null));
      case 'expression':
        return this.#expression(signal.expression);
      case 'across':
        return this.#across(signal);
      case 'lookup':
        return this.#lookup(signal);
    }
  }

  #aggregate(aggregate: Aggregate): SignalNode {
    return this.#defining(aggregate, () => this.#aggregateOf(aggregate));
  }

  #aggregateOf(aggregate: Aggregate): SignalNode {
    const readings = this.#readings(aggregate.of);
    if (this.plan.forerunner !== null && aggregate.window.kind === 'during') {
      // The runs of a condition begin with the instance, which must know the reading before.
      readings.windows.remember();
      return new ConstantSignal(null);
    }
    if (isTimeWeighted(aggregate)) return this.#timeWeighted(readings, aggregate);
    if (aggregate.limit === null) return this.#seen(this.#windowed(readings, aggregate));
    const slope = this.#windowed(readings, slopeOf(aggregate));
    const { operand, from } = aggregate.limit;
    return this.#keep(new TimeToNode(slope, this.#seen(slope), this.#limit(operand), from));
  }

  #timeWeighted(readings: BoundInput, aggregate: Aggregate): SignalNode {
    const { window } = aggregate;
    const { source, windows } = readings;
    // A derived signal has no age.
    const maxAgeMs = this.plan.inputOf(aggregate.of)?.input.maxAgeMs ?? null;
    if (window.kind !== 'during') return this.#seen(this.#keep(windows.timeWeight(aggregate, maxAgeMs)));
    return this.#overRun(
      readings,
      aggregate,
      window.condition,
      (run) => new TimeWeightNode(source, run, aggregate, maxAgeMs, true),
    );
  }

  #windowed(readings: BoundInput, aggregate: Aggregate): AggregateNode {
    const { window } = aggregate;
    if (window.kind !== 'during') return this.#keep(readings.windows.aggregate(aggregate));
    return this.#overRun(
      readings,
      aggregate,
      window.condition,
      (run) => new AggregateNode(readings.source, run, aggregate),
    );
  }

  /** What an operator gives as this instance sees it. */
  #seen(node: AggregateNode | TimeWeightNode): SignalNode {
    if (!node.window.isClosing) return node;
    const known = this.#closed?.get(node);
    if (known !== undefined) return known;
    const seen = this.#keep(new ClosedValue(node));
    this.#closed ??= new Map();
    this.#closed.set(node, seen);
    return seen;
  }

  /** A window over the runs of a condition is the instance's own, as the condition is. */
  #overRun<T extends SignalNode>(
    { source, windows }: BoundInput,
    { where }: Aggregate,
    during: Condition,
    nodeOver: (window: DuringWindow) => T,
  ): T {
    const window = new DuringWindow(this.moment, where.length === 0 ? null : readingFilter(where));
    if (source instanceof DerivedSource) this.#runs.push({ window, windows });
    window.seed(windows.remember());
    const condition = this.#condition(during);
    const node = nodeOver(window);
    this.#keep(new DuringRun(source, window, condition));
    return this.#keep(node);
  }

  #across({ function: across, input }: Extract<Signal, { kind: 'across' }>): SignalNode {
    const source = this.#sourceOfInput(input);
    if (!(source instanceof Pool)) throw new Error('`across` on an input of one series passed the check');
    const index = this.plan.inputIndex.get(input) ?? -1;
    const maxAgeMs = this.plan.rule.inputs[index]?.maxAgeMs ?? Number.POSITIVE_INFINITY;
    return this.#keep(new AcrossNode(source, across, maxAgeMs));
  }

  /** A constant: the labels of an instance stay, and other tables are another version of the rule. */
  #lookup({ table, column, default: otherwise }: Extract<Signal, { kind: 'lookup' }>): SignalNode {
    const found = this.plan.table(table).find(new Map(Object.entries(this.labelsOf())), column);
    return new ConstantSignal(found ?? otherwise);
  }

  #expression(expression: Expression): SignalNode {
    const { compiled } = this.plan.expression(expression);
    return this.#keep(new ExpressionNode(compiled, this.#slots(expression)));
  }

  #slots(expression: Expression): SignalNode[] {
    return this.plan
      .expression(expression)
      .slots.map((slot) => (slot.kind === 'name' ? this.named(slot.name) : this.#aggregate(slot.aggregate)));
  }

  /** The readings of a signal: an input's own, or those that a derived signal gives. */
  #readings(signal: Signal): BoundInput {
    return this.#input(signal) ?? this.#derive(this.plan.meaningOf(signal), signal);
  }

  #input(signal: Signal): BoundInput | null {
    const found = this.plan.inputOf(signal);
    return found === null ? null : (this.bound[found.index] ?? null);
  }

  #derive(meaning: Signal, signal: Signal): BoundInput {
    return this.#defining(meaning, () => {
      const known = this.#derived?.get(this.#definition);
      if (known !== undefined) return known;
      const source = this.#keep(new DerivedSource(this.#signalOf(signal)));
      const derived = { source, windows: new WindowSet(source, this.moment) };
      this.stateful.push({ definition: `windows of ${this.#definition}`, node: derived.windows });
      this.#derived ??= new Map();
      this.#derived.set(this.#definition, derived);
      return derived;
    });
  }

  /** Where readings are compared one with the next. */
  #changing(signal: Signal): Series | DerivedSource {
    const { source } = this.#readings(signal);
    if (source instanceof Series || source instanceof DerivedSource) return source;
    throw new Error('a pooled input where one series is needed passed the check');
  }

  #sourceOfInput(name: string): ReadingSource {
    const bound = this.#input({ kind: 'name', name });
    if (bound === null) throw new Error(`${name} is no input`);
    return bound.source;
  }

  #condition(condition: Condition): ConditionNode {
    switch (condition.kind) {
      case 'compare':
        return this.#comparison(this.#signal(condition.signal), condition.comparison, condition.deadband);
      case 'expression': {
        const run = truthOf(this.plan.expression(condition.expression).compiled);
        return new ExpressionCondition(run, this.#slots(condition.expression));
      }
      case 'absent':
        return new AbsentCondition(this.#sourceOfInput(condition.input), condition.forMs, this.begunAt);
      case 'changed':
        return new ChangedCondition(this.#changing(condition.of));
      case 'all':
        return new CountOfCondition(condition.of.length, this.#conditions(condition.of));
      case 'any':
        return new CountOfCondition(1, this.#conditions(condition.of));
      case 'some':
        return new CountOfCondition(condition.count, this.#conditions(condition.of));
      case 'sequence': {
        const unless = condition.unless === null ? null : this.#condition(condition.unless);
        return new SequenceCondition(this.#conditions(condition.of), condition.withinMs, unless);
      }
      case 'after': {
        const { cause, expect, withinMs } = condition;
        return new AfterCondition(this.#condition(cause), this.#condition(expect), withinMs);
      }
      case 'not':
        return new NotCondition(this.#condition(condition.of));
      case 'times':
        return new TimesCondition(this.#condition(condition.of), condition.count, condition.withinMs);
      case 'for':
        return new ForCondition(this.#condition(condition.of), condition.forMs);
      case 'keepFor':
        return new KeepForCondition(this.#condition(condition.of), condition.keepForMs);
    }
  }

  #conditions(conditions: readonly Condition[]): ConditionNode[] {
    return conditions.map((condition) => this.#condition(condition));
  }

  #comparison(signal: SignalNode, comparison: Comparison, deadband: number): ConditionNode {
    switch (comparison.comparator) {
      case 'above':
      case 'atLeast':
      case 'below':
      case 'atMost':
        return new ThresholdCondition(
          signal,
          comparison.comparator,
          this.#limit(comparison.operand),
          deadband,
        );
      case 'between':
      case 'outside': {
        const { comparator, low, high } = comparison;
        return new RangeCondition(signal, comparator, this.#limit(low), this.#limit(high), deadband);
      }
      case 'equals':
      case 'notEquals':
        return this.#equality(signal, [comparison.operand], comparison.comparator === 'notEquals');
      case 'in':
      case 'notIn':
        return this.#equality(signal, comparison.operands, comparison.comparator === 'notIn');
    }
  }

  #equality(signal: SignalNode, operands: readonly Operand[], isNegated: boolean): ConditionNode {
    const nodes = operands.map((operand) =>
      operand.kind === 'literal'
        ? { signal: this.plan.literal(operand.value), seconds: operand.seconds }
        : { signal: this.#signal(operand.signal), seconds: null },
    );
    return new EqualityCondition(signal, nodes, isNegated);
  }

  #limit(operand: Operand): SignalNode {
    return operand.kind === 'literal'
      ? this.plan.literal(operand.seconds ?? operand.value)
      : this.#signal(operand.signal);
  }
}
