import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, TRUE, type Truth, truthOf, UNSURE } from './condition-node.js';

const NO_PARTS: readonly ConditionNode[] = [];

/** A condition on signals. It remembers whether it was true when it was last known. */
export abstract class LeafCondition extends ConditionNode {
  protected wasTrue = false;

  override get parts(): readonly ConditionNode[] {
    return NO_PARTS;
  }

  protected abstract test(moment: Moment): Truth;

  override evaluate(moment: Moment): Truth {
    const state = this.test(moment);
    if (state !== UNSURE) this.wasTrue = state === TRUE;
    this.state = state;
    return state;
  }

  override held(): boolean {
    return this.wasTrue;
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.wasTrue = false;
  }

  /** Without a deadline: one that has one works it out of what it looks at. */
  override save(writer: StateBytes): void {
    writer.number(this.state).boolean(this.wasTrue);
  }

  override load(reader: StateBytesReader): void {
    this.state = truthOf(reader.number());
    this.wasTrue = reader.boolean();
  }
}
