import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, TRUE, type Truth, truth } from './condition-node.js';
import { RiseDetector } from './rise-detector.js';

/**
 * `after … expect`: the cause rose at r and the expected was true in no step of [r, r + within): true from r + within
 * on, until the expected becomes true. Further rises meanwhile change nothing; never unknown.
 */
export class AfterCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  readonly #rise = new RiseDetector();
  /** When the waiting is over; NaN: nothing is waited for. */
  #end = Number.NaN;
  #isTrue = false;

  constructor(
    private readonly cause: ConditionNode,
    private readonly expected: ConditionNode,
    private readonly withinMs: number,
  ) {
    super();
    this.parts = [cause, expected];
  }

  override get isTimed(): boolean {
    return true;
  }

  override evaluate(moment: Moment): Truth {
    const hasRisen = this.#rise.see(this.cause.evaluate(moment));
    const hasCome = this.expected.evaluate(moment) === TRUE;
    if (moment.now >= this.#end) {
      this.#isTrue = true;
      this.#end = Number.NaN;
    }
    const isFree = Number.isNaN(this.#end) && !this.#isTrue;
    if (hasRisen && isFree) this.#end = moment.now + this.withinMs;
    if (hasCome) {
      this.#end = Number.NaN;
      this.#isTrue = false;
    }
    this.deadline = Number.isNaN(this.#end) ? Number.POSITIVE_INFINITY : this.#end;
    this.state = truth(this.#isTrue);
    return this.state;
  }

  override held(): boolean {
    return false;
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.#rise.wasTrue = false;
    this.#end = Number.NaN;
    this.#isTrue = false;
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    this.#end += deltaMs;
    this.deadline += deltaMs;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.boolean(this.#rise.wasTrue).number(this.#end).boolean(this.#isTrue);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#rise.wasTrue = reader.boolean();
    this.#end = reader.number();
    this.#isTrue = reader.boolean();
  }
}
