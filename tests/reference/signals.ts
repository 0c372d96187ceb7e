import type { Scalar } from '../../rules/reading.js';
import type { Aggregate, Rule, Signal } from '../../rules/rule.js';
import { aggregate } from './aggregates.js';
import { evaluateExpression } from './expressions.js';
import type { KnownInput } from './known-input.js';
import { windowAt } from './windows.js';

/** The signals of one instance, worked out anew from its readings each time they are asked for. */
export class Signals {
  constructor(
    private readonly rule: Rule,
    readonly inputs: ReadonlyMap<string, KnownInput>,
  ) {}

  /** `null` is unknown. */
  valueAt(signal: Signal, now: number): Scalar | null {
    switch (signal.kind) {
      case 'name': {
        const input = this.inputs.get(signal.name);
        return input === undefined ? this.valueAt(this.letNamed(signal.name), now) : input.valueAt(now);
      }
      case 'value':
        return this.valueAt(signal.of, now);
      case 'previous':
        return this.source(signal.of).onTime.at(-2)?.value ?? null;
      case 'aggregate':
        return this.aggregateAt(signal, now);
      case 'expression':
        return evaluateExpression(signal.expression, (part) => this.valueAt(part, now));
      default:
        throw new Error(`${signal.kind} is not part of the reference yet`);
    }
  }

  /** The newest reading differs from the one before. */
  hasChanged(signal: Signal): boolean {
    const [before, newest] = this.source(signal).onTime.slice(-2);
    return before !== undefined && newest !== undefined && before.value !== newest.value;
  }

  /** The readings that an aggregate, `previous` or `changed` of this signal is about. */
  source(signal: Signal): KnownInput {
    if (signal.kind === 'value') return this.source(signal.of);
    if (signal.kind !== 'name')
      throw new Error('readings of derived signals are not part of the reference yet');
    return this.inputs.get(signal.name) ?? this.source(this.letNamed(signal.name));
  }

  private aggregateAt(signal: Aggregate, now: number): Scalar | null {
    const window = windowAt(signal, this.source(signal.of), now);
    return window === null ? null : aggregate(signal, window);
  }

  private letNamed(name: string): Signal {
    const found = this.rule.lets.find((one) => one.name === name);
    if (found === undefined) throw new Error(`rule ${this.rule.id} names ${name}, which it does not have`);
    return found.signal;
  }
}
