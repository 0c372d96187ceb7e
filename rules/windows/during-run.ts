import type { ConditionNode } from '../conditions/condition-node.js';
import { TRUE, UNSURE } from '../conditions/condition-node.js';
import { RiseDetector } from '../conditions/rise-detector.js';
import { addTimed } from '../conditions/timed-conditions.js';
import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { fitted } from '../exact-lists.js';
import type { ReadingSource, Standstill } from '../signals/reading-source.js';
import { SignalNode } from '../signals/signal-node.js';
import type { DuringWindow } from './during-window.js';

/** Runs the condition of a `during` window, before what is computed over it. It has no value of its own. */
export class DuringRun extends SignalNode {
  readonly #rise = new RiseDetector();
  readonly #timed: readonly ConditionNode[];

  constructor(
    private readonly source: ReadingSource,
    private readonly window: DuringWindow,
    private readonly condition: ConditionNode,
  ) {
    super();
    const timed: ConditionNode[] = [];
    addTimed(condition, timed);
    this.#timed = fitted(timed);
    source.plug(window);
    if (source.isLapsed) window.lapse(window.moment.now);
  }

  override givesReading(): boolean {
    return false;
  }

  override settle(moment: Moment): void {
    const state = this.condition.evaluate(moment);
    if (this.#rise.see(state)) this.window.begin();
    if (state === TRUE) this.window.admit();
    else if (state === UNSURE) this.window.pause();
    else this.window.end();
    this.#findDeadline();
  }

  /** The series outlives the instance: it must not go on feeding its window. */
  override release(): void {
    this.source.unplug(this.window);
  }

  override shift(deltaMs: number): void {
    this.condition.shift(deltaMs);
    this.#findDeadline();
  }

  override stoodStill(source: SignalNode, standstill: Standstill): void {
    this.condition.stoodStill(source, standstill);
    this.#findDeadline();
  }

  #findDeadline(): void {
    this.deadline = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#timed) this.deadline = Math.min(this.deadline, deadline);
  }

  override save(writer: StateBytes): void {
    writer.boolean(this.#rise.wasTrue);
    this.condition.save(writer);
    this.window.save(writer);
  }

  override load(reader: StateBytesReader): void {
    this.#rise.wasTrue = reader.boolean();
    this.condition.load(reader);
    this.window.load(reader);
  }
}
