import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Scalar } from '../reading.js';
import type { Standstill } from '../signals/reading-source.js';
import type { SignalNode } from '../signals/signal-node.js';
import type { ValueRange } from './value-range.js';

/** Three-valued truth (Kleene). Numbers, so that `not` and the rest are arithmetic or a comparison. */
export const FALSE = 0;
export const TRUE = 1;
export const UNSURE = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNSURE;

/** A condition at run time. */
export abstract class ConditionNode {
  /** Its truth in the last step it was evaluated in. */
  state: Truth = UNSURE;
  /** When it next changes by time alone; `Infinity`: never. */
  deadline = Number.POSITIVE_INFINITY;
  /** Can it change by time alone? */
  get isTimed(): boolean {
    return false;
  }
  /** The conditions it is made of. */
  abstract readonly parts: readonly ConditionNode[];

  /** Evaluates this and everything inside it, inner before outer; nothing is left out. */
  abstract evaluate(moment: Moment): Truth;

  /**
   * What it would be with every unknown leaf at its last known value, delays keeping the state they have.
   * Asked only while the state is unknown, and only after `evaluate`.
   */
  abstract held(): boolean;

  /** Does it stay as it is while the signals it looks at stay in their ranges? What time changes has its deadline. */
  get isSteady(): boolean {
    return false;
  }

  /** Narrows the range in which the values of a signal must stay so that nothing inside this changes. */
  narrow(signal: SignalNode, range: ValueRange): void {
    for (let i = 0; i < this.parts.length; i++) this.parts[i]?.narrow(signal, range);
  }

  /** Brings deadlines up to date that moved later without a step. */
  refreshDeadline(): void {
    for (const part of this.parts) part.refreshDeadline();
  }

  /** Forgets everything: the rule's schedule ended, or begins. `absent` counts from `begin` at the earliest. */
  reset(begin: number): void {
    this.state = UNSURE;
    this.deadline = Number.POSITIVE_INFINITY;
    for (const part of this.parts) part.reset(begin);
  }

  /** A gap: what is counted in step time moves by `deltaMs`. */
  shift(deltaMs: number): void {
    for (const part of this.parts) part.shift(deltaMs);
  }

  /** The clock of a source was stopped, or goes on after a standstill. */
  stoodStill(source: SignalNode, standstill: Standstill): void {
    for (const part of this.parts) part.stoodStill(source, standstill);
  }

  save(writer: StateBytes): void {
    writer.number(this.state).number(this.deadline);
    for (let i = 0; i < this.parts.length; i++) this.parts[i]?.save(writer);
  }

  load(reader: StateBytesReader): void {
    this.state = truthOf(reader.number());
    this.deadline = reader.number();
    for (const part of this.parts) part.load(reader);
  }

  /** The signal's value, where the condition is about one. */
  observed(): Scalar | null | undefined {
    return undefined;
  }
}

/** Are all of these? */
export function areSteady(conditions: readonly ConditionNode[]): boolean {
  for (let i = 0; i < conditions.length; i++) if (conditions[i]?.isSteady !== true) return false;
  return true;
}

/** The state, with an unknown one taken as `held` says. */
export function isHeld(condition: ConditionNode): boolean {
  return condition.state === UNSURE ? condition.held() : condition.state === TRUE;
}

export function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

/** @param value as it was saved */
export function truthOf(value: number): Truth {
  return value === TRUE ? TRUE : value === FALSE ? FALSE : UNSURE;
}
