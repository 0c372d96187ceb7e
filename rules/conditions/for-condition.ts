import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, FALSE, isHeld, TRUE, type Truth, truth, UNSURE } from './condition-node.js';

/**
 * `for`: true once the part became true at least so long ago and has not been false since. An unknown in between
 * does not break the delay, but while the part is unknown so is the result.
 */
export class ForCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  /** When the part became true; NaN while no delay runs. */
  #since = Number.NaN;
  #isOver = false;

  constructor(
    private readonly part: ConditionNode,
    private readonly forMs: number,
  ) {
    super();
    this.parts = [part];
  }

  override get isTimed(): boolean {
    return true;
  }

  /** The delay runs and is not over: the alert is pending. */
  get isRunning(): boolean {
    return !Number.isNaN(this.#since) && !this.#isOver;
  }

  override get isSteady(): boolean {
    return this.part.isSteady;
  }

  override evaluate(moment: Moment): Truth {
    const state = this.part.evaluate(moment);
    if (state === FALSE) this.#since = Number.NaN;
    else if (state === TRUE && Number.isNaN(this.#since)) this.#since = moment.now;
    const end = this.#since + this.forMs;
    this.#isOver = moment.now >= end;
    this.deadline = end > moment.now ? end : Number.POSITIVE_INFINITY;
    this.state = state === UNSURE ? UNSURE : truth(this.#isOver);
    return this.state;
  }

  override held(): boolean {
    return this.#isOver && isHeld(this.part);
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.#since = Number.NaN;
    this.#isOver = false;
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    this.#since += deltaMs;
    this.deadline += deltaMs;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.#since).boolean(this.#isOver);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#since = reader.number();
    this.#isOver = reader.boolean();
  }
}
