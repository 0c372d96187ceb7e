import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, type Truth, truth } from './condition-node.js';
import { RiseDetector } from './rise-detector.js';

/** `times`: the part rose at least n times in (t − within, t]; never unknown. */
export class TimesCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  readonly #rise = new RiseDetector();
  /** Times of the last rises, oldest first; at most n. */
  #rises: number[] = [];

  constructor(
    private readonly part: ConditionNode,
    private readonly times: number,
    private readonly withinMs: number,
  ) {
    super();
    this.parts = [part];
  }

  override get isTimed(): boolean {
    return true;
  }

  override evaluate(moment: Moment): Truth {
    const isRise = this.#rise.see(this.part.evaluate(moment));
    if (isRise) this.#rises.push(moment.now);
    while (this.#rises.length > this.times || (this.#rises[0] ?? Number.NaN) + this.withinMs <= moment.now) {
      this.#rises.shift();
    }
    const isTrue = this.#rises.length === this.times;
    this.deadline = isTrue ? (this.#rises[0] ?? 0) + this.withinMs : Number.POSITIVE_INFINITY;
    this.state = truth(isTrue);
    return this.state;
  }

  override held(): boolean {
    return false;
  }

  override reset(begin: number): void {
    super.reset(begin);
    this.#rise.wasTrue = false;
    this.#rises = [];
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    this.#rises = this.#rises.map((time) => time + deltaMs);
    this.deadline += deltaMs;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.boolean(this.#rise.wasTrue).numbers(Float64Array.from(this.#rises));
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#rise.wasTrue = reader.boolean();
    this.#rises = [...reader.numbers()];
  }
}
