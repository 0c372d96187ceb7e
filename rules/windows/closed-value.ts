import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { SignalNode, UNKNOWN } from '../signals/signal-node.js';
import type { ReadingWindow } from './reading-window.js';

/** An operator over a window that closes. */
export interface ClosingNode extends SignalNode {
  readonly window: ReadingWindow;
}

const NONE = -1;

/**
 * The value of a window that closes, as one instance sees it. The instances that share the window settle one after the
 * other, each in a step of its own; the window closes in the first of these, and gives a reading in each.
 */
export class ClosedValue extends SignalNode {
  /** As of when the window had last closed, and how often, when this instance last looked. */
  #closedAt = Number.NaN;
  #closings = NONE;
  /** What closed before the instance began gives it no reading. */
  #hasLooked = false;
  /** The step in which it last saw it close. */
  #seenIn = NONE;

  constructor(private readonly node: ClosingNode) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.kind !== UNKNOWN && this.#seenIn === moment.step;
  }

  /** After the operator, which every instance that has it settles too. */
  override settle(moment: Moment): void {
    const { closedAt, closings } = this.node.window;
    this.copy(this.node);
    if (closings === this.#closings) return;
    this.#closedAt = closedAt;
    this.#closings = closings;
    if (this.#hasLooked) this.#seenIn = moment.step;
    this.#hasLooked = true;
  }

  override save(writer: StateBytes): void {
    writer.number(this.#closedAt);
  }

  /** The window is there already. */
  override load(reader: StateBytesReader): void {
    const { closedAt, closings } = this.node.window;
    this.#closedAt = reader.number();
    this.#closings = closedAt === this.#closedAt ? closings : NONE;
    this.#hasLooked = true;
  }
}
