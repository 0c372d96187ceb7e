import type { CustomFunction } from '../custom-function.js';
import type { Expression } from '../expression.js';
import {
  type CompiledExpression,
  compileExpression,
  type SlotSource,
} from '../expressions/compile-expression.js';
import type { Scalar } from '../reading.js';
import type { Aggregate, Condition, Input, Operand, Rule, Signal } from '../rule.js';
import { ConstantSignal } from '../signals/signal-node.js';
import type { Supply } from '../supply.js';
import type { Table } from '../table.js';
import { Schedule } from '../time/schedule.js';
import type { WindowSignal } from '../windows/window-set.js';
import type { AlertOptions } from './alert.js';
import type { Forerunner } from './forerunners.js';
import type { FunctionCalls } from './function-calls.js';
import { Definitions } from './rule-identity.js';
import type { Unit } from './unit.js';

/** A compiled expression and what stands in its slots. */
export interface ExpressionPlan {
  readonly compiled: CompiledExpression;
  readonly slots: readonly ExpressionSlot[];
}

export type ExpressionSlot =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'aggregate'; readonly aggregate: Aggregate };

/** What is worked out once per rule: compiled expressions, and which aggregates each input feeds. */
export class RulePlan {
  readonly inputIndex: ReadonlyMap<string, number>;
  readonly #lets: ReadonlyMap<string, Signal>;
  readonly #expressions = new Map<Expression, ExpressionPlan>();
  readonly #literals = new Map<Scalar, ConstantSignal>();
  readonly #operatorsOf: WindowSignal[][];
  readonly #remembered = new Set<number>();
  readonly #expected = new Set<string>();

  /** `null`: always active. */
  readonly schedule: Schedule | null;
  readonly alertOptions: AlertOptions;
  /** The signals that an instance builds, and shows in events: every input, then every `let`, in file order. */
  readonly valueNames: readonly string[];
  /** Are these the inputs and nothing else, each as it comes? */
  readonly showsInputsOnly: boolean;
  readonly definitions: Definitions;

  readonly rule: Rule;
  /** `null`: it is no view or model. */
  readonly supply: Supply | null;
  /** `null`: its instances are those of a rule, a view or a model. */
  readonly forerunner: Forerunner | null;

  constructor(
    readonly unit: Unit,
    private readonly functions: FunctionCalls,
  ) {
    const { rule, supply, forerunner } = unit;
    this.rule = rule;
    this.supply = supply;
    this.forerunner = forerunner;
    this.definitions = new Definitions(rule);
    this.schedule = rule.active === null ? null : new Schedule(rule.active);
    this.alertOptions = {
      holdsUnknown: rule.onUnknown === 'hold',
      keepForMs: rule.keepForMs,
      latch: rule.latch,
    };
    this.valueNames = forerunner?.signals ?? [...rule.inputs, ...rule.lets].map(({ name }) => name);
    this.showsInputsOnly =
      forerunner === null && rule.lets.length === 0 && rule.inputs.every(({ maxAgeMs }) => maxAgeMs === null);
    this.inputIndex = new Map(rule.inputs.map((input, index) => [input.name, index]));
    this.#lets = new Map(rule.lets.map(({ name, signal }) => [name, signal]));
    this.#operatorsOf = rule.inputs.map(() => []);
    for (const { signal } of rule.lets) this.#visitSignal(signal);
    for (const { condition } of rule.levels) this.#visitCondition(condition);
  }

  /** The aggregates and means over an input, in the order of the file: they take its readings from the first one on. */
  operatorsOf(inputIndex: number): readonly WindowSignal[] {
    return this.#operatorsOf[inputIndex] ?? [];
  }

  /** Must the last readings of an input be kept, for windows that begin with an instance? */
  remembers(inputIndex: number): boolean {
    return this.#remembered.has(inputIndex);
  }

  expression(expression: Expression): ExpressionPlan {
    let plan = this.#expressions.get(expression);
    if (plan === undefined) {
      plan = this.#compile(expression);
      this.#expressions.set(expression, plan);
    }
    return plan;
  }

  /** The tables whose rows are instances from the start. */
  get expected(): readonly Table[] {
    return this.rule.tables.filter(({ name }) => this.#expected.has(name));
  }

  table(name: string): Table {
    const found = this.rule.tables.find((table) => table.name === name);
    if (found === undefined) throw new Error(`rule ${this.rule.id} has no table ${name}`);
    return found;
  }

  /** Literal operands are the same node for all instances. */
  literal(value: Scalar): ConstantSignal {
    let node = this.#literals.get(value);
    if (node === undefined) {
      node = new ConstantSignal(value);
      this.#literals.set(value, node);
    }
    return node;
  }

  letSignal(name: string): Signal | undefined {
    return this.#lets.get(name);
  }

  /** The input a signal is another name for; `null` if it is something of its own. */
  inputOf(signal: Signal): { readonly input: Input; readonly index: number } | null {
    if (signal.kind === 'value') return this.inputOf(signal.of);
    if (signal.kind !== 'name') return null;
    const index = this.inputIndex.get(signal.name);
    const input = index === undefined ? undefined : this.rule.inputs[index];
    if (input !== undefined && index !== undefined) return { input, index };
    const named = this.#lets.get(signal.name);
    return named === undefined ? null : this.inputOf(named);
  }

  /** What a signal is, whatever it is called: two with one text are one. */
  meaningOf(signal: Signal): Signal {
    if (signal.kind === 'value') return this.meaningOf(signal.of);
    if (signal.kind !== 'name' || this.inputIndex.has(signal.name)) return signal;
    const named = this.#lets.get(signal.name);
    return named === undefined ? signal : this.meaningOf(named);
  }

  #compile(expression: Expression): ExpressionPlan {
    const slots: ExpressionSlot[] = [];
    const source: SlotSource = {
      name: (name) => ({ slot: slots.push({ kind: 'name', name }) - 1, kind: this.#kindOf(name) }),
      aggregate: (aggregate) => ({ slot: slots.push({ kind: 'aggregate', aggregate }) - 1 }),
      custom: (name, args) => this.functions.closure(this.#function(name), args),
    };
    return { compiled: compileExpression(expression, source), slots };
  }

  #function(name: string): CustomFunction {
    const found = this.rule.functions.find((one) => one.name === name);
    if (found === undefined) throw new Error(`rule ${this.rule.id} has no function ${name}`);
    return found;
  }

  #kindOf(name: string): 'number' | 'text' | 'unknown' {
    if (this.inputIndex.has(name)) return 'unknown';
    const signal = this.#lets.get(name);
    if (signal === undefined) return 'text';
    const isCounted =
      signal.kind === 'aggregate' && signal.function !== 'first' && signal.function !== 'last';
    return isCounted || signal.kind === 'ewma' || signal.kind === 'across' ? 'number' : 'unknown';
  }

  #visitSignal(signal: Signal): void {
    switch (signal.kind) {
      case 'aggregate':
      case 'ewma':
        this.#visitOperator(signal);
        break;
      case 'expression':
        this.#visitExpression(signal.expression);
        break;
      case 'value':
      case 'previous':
        this.#visitSignal(signal.of);
        break;
      default:
    }
  }

  #visitOperator(signal: WindowSignal): void {
    const found = this.inputOf(signal.of);
    // A run of a condition is the instance's own: the readings of before it began are in none.
    const isOwn = signal.kind === 'aggregate' && signal.window.kind === 'during';
    if (isOwn) this.#visitCondition(signal.window.condition);
    if (found === null) this.#visitSignal(signal.of);
    else if (isOwn) this.#remembered.add(found.index);
    else this.#operatorsOf[found.index]?.push(signal);
    if (signal.kind === 'aggregate' && signal.limit?.operand.kind === 'signal') {
      this.#visitSignal(signal.limit.operand.signal);
    }
  }

  #visitExpression(expression: Expression): void {
    for (const slot of this.expression(expression).slots) {
      if (slot.kind === 'aggregate') this.#visitOperator(slot.aggregate);
    }
  }

  #visitCondition(condition: Condition): void {
    switch (condition.kind) {
      case 'compare':
        this.#visitSignal(condition.signal);
        for (const operand of operandsOf(condition.comparison)) {
          if (operand.kind === 'signal') this.#visitSignal(operand.signal);
        }
        break;
      case 'expression':
        this.#visitExpression(condition.expression);
        break;
      case 'changed':
        this.#visitSignal(condition.of);
        break;
      case 'all':
      case 'any':
      case 'some':
        for (const part of condition.of) this.#visitCondition(part);
        break;
      case 'sequence':
        for (const part of condition.of) this.#visitCondition(part);
        if (condition.unless !== null) this.#visitCondition(condition.unless);
        break;
      case 'not':
      case 'times':
      case 'for':
      case 'keepFor':
        this.#visitCondition(condition.of);
        break;
      case 'after':
        this.#visitCondition(condition.cause);
        this.#visitCondition(condition.expect);
        break;
      case 'absent':
        if (condition.expected !== null) this.#expected.add(condition.expected);
        break;
    }
  }
}

function operandsOf(comparison: Extract<Condition, { kind: 'compare' }>['comparison']): readonly Operand[] {
  if ('operand' in comparison) return [comparison.operand];
  if ('operands' in comparison) return comparison.operands;
  return [comparison.low, comparison.high];
}
