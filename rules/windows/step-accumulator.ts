import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { TEXT } from '../signals/signal-node.js';
import { MeasuredAccumulator } from './measured-accumulator.js';
import type { ReadingBefore } from './reading-before.js';
import { addToSum, loadSum, RUNNING_SUM_CELLS, resetSum, saveSum, sumOf } from './running-sum.js';
import type { WindowBuffer } from './window-buffer.js';

/** What one reading adds, given the one before it. NaN beside a string where that has no meaning. */
export type StepMeasure = (from: number, to: number, isDifferent: boolean) => number;

/** A fall counts as a reset: it adds the new value, if positive. */
export const riseOf: StepMeasure = (from, to) =>
  to >= from ? to - from : to < from ? Math.max(to, 0) : Number.NaN;

export const changeOf: StepMeasure = (_from, _to, isDifferent) => (isDifferent ? 1 : 0);

/**
 * Sum of a measure over each reading and the one before it, the first one's taken against the reading just
 * before the window, so that neighbouring windows add up.
 */
export class StepAccumulator extends MeasuredAccumulator {
  /** What each reading adds. */
  readonly #steps = this.buffer.addColumns(1);
  readonly #front = this.buffer.addColumns(1);
  readonly #running = this.buffer.addCells(RUNNING_SUM_CELLS);

  constructor(
    readonly name: string,
    buffer: WindowBuffer,
    private readonly measure: StepMeasure,
    private readonly before: ReadingBefore,
  ) {
    super(buffer);
  }

  get value(): number {
    const { buffer } = this;
    return buffer.frontSize === 0
      ? sumOf(buffer, this.#running)
      : buffer.at(buffer.head, this.#front) + sumOf(buffer, this.#running);
  }

  override add(slot: number): void {
    if (this.buffer.passesAt(slot)) addToSum(this.buffer, this.#running, this.buffer.at(slot, this.#steps));
  }

  override release(): void {
    this.buffer.freeColumns(this.#steps, 1);
    this.buffer.freeColumns(this.#front, 1);
    this.buffer.freeCells(this.#running, RUNNING_SUM_CELLS);
  }

  override measureNewest(): void {
    this.#measureAt(this.buffer.size - 1);
  }

  override beforeChanged(): void {
    this.measureAgain();
  }

  override measureAll(): void {
    for (let position = 0; position < this.buffer.size; position++) this.#measureAt(position);
  }

  #measureAt(position: number): void {
    const { buffer, before } = this;
    const slot = buffer.slot(position);
    if (!buffer.passesAt(slot)) return;
    let earlier = position - 1;
    while (earlier >= 0 && !buffer.passesAt(buffer.slot(earlier))) earlier--;
    const to = buffer.valueAt(slot);
    if (earlier >= 0) {
      const from = buffer.slot(earlier);
      buffer.keep(slot, this.#steps, this.measure(buffer.valueAt(from), to, this.#differ(from, slot)));
    } else {
      const isText = buffer.kindAt(slot) === TEXT;
      const isDifferent =
        before.isText !== isText || (isText ? before.text !== buffer.textAt(slot) : before.num !== to);
      const step = before.exists ? this.measure(before.num, to, isDifferent) : this.#aloneStep(isText);
      buffer.keep(slot, this.#steps, step);
    }
  }

  /** The first reading of all adds nothing, but a string must still spoil a sum of numbers. */
  #aloneStep(isText: boolean): number {
    return isText ? this.measure(Number.NaN, Number.NaN, false) : 0;
  }

  #differ(a: number, b: number): boolean {
    const { buffer } = this;
    const aIsText = buffer.kindAt(a) === TEXT;
    if (aIsText !== (buffer.kindAt(b) === TEXT)) return true;
    return aIsText ? buffer.textAt(a) !== buffer.textAt(b) : buffer.valueAt(a) !== buffer.valueAt(b);
  }

  protected override reset(): void {
    resetSum(this.buffer, this.#running);
  }

  protected override keepSuffix(slot: number): void {
    this.buffer.keep(slot, this.#front, sumOf(this.buffer, this.#running));
  }

  override save(writer: StateBytes): void {
    saveSum(this.buffer, this.#running, writer);
  }

  override load(reader: StateBytesReader): void {
    loadSum(this.buffer, this.#running, reader);
  }
}
