import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, isHeld, TRUE, type Truth } from './condition-node.js';

/** `keepFor`: once true, stays true until the part has not been true for so long; then it is what the part is. */
export class KeepForCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  #isKept = false;
  /** Since when the part has not been true; NaN while it is. */
  #since = Number.NaN;

  constructor(
    private readonly part: ConditionNode,
    private readonly keepForMs: number,
  ) {
    super();
    this.parts = [part];
  }

  override get isTimed(): boolean {
    return true;
  }

  override get isSteady(): boolean {
    return this.part.isSteady;
  }

  override evaluate(moment: Moment): Truth {
    const state = this.part.evaluate(moment);
    if (state === TRUE) {
      this.#isKept = true;
      this.#since = Number.NaN;
    } else if (this.#isKept) {
      if (Number.isNaN(this.#since)) this.#since = moment.now;
      this.#isKept = moment.now < this.#since + this.keepForMs;
    }
    const isWaiting = this.#isKept && state !== TRUE;
    this.deadline = isWaiting ? this.#since + this.keepForMs : Number.POSITIVE_INFINITY;
    this.state = this.#isKept ? TRUE : state;
    return this.state;
  }

  /** While it is kept the state is known. */
  override held(): boolean {
    return isHeld(this.part);
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.#isKept = false;
    this.#since = Number.NaN;
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    this.#since += deltaMs;
    this.deadline += deltaMs;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.boolean(this.#isKept).number(this.#since);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#isKept = reader.boolean();
    this.#since = reader.number();
  }
}
