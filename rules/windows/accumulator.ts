import { StateBytes } from '../engine/state-bytes.js';
import { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { WindowBuffer } from './window-buffer.js';

/** Where a running aggregate is kept aside for a moment. */
const KEPT = new StateBytes(256);

/**
 * One family of aggregates over a window, by two stacks: an aggregate for every suffix of the front part, and a
 * running one for the back part. Subclasses say how to add one reading and how to combine the two.
 */
export abstract class Accumulator {
  /** What it is saved under. */
  abstract readonly name: string;

  constructor(protected readonly buffer: WindowBuffer) {}

  /** Nobody wants it any more: its cells and columns are free. */
  abstract release(): void;

  /** Takes a reading into the running aggregate. */
  abstract add(slot: number): void;
  /** Empties the running aggregate. */
  protected abstract reset(): void;
  /** Keeps the running aggregate as that of the suffix from this slot on. */
  protected abstract keepSuffix(slot: number): void;
  /** The running aggregate: all that cannot be computed again in the same order of operations. */
  abstract save(writer: StateBytes): void;
  abstract load(reader: StateBytesReader): void;

  /** A late reading was put into the back part. Order does not matter to most aggregates. */
  insertBack(position: number): void {
    this.add(this.buffer.slot(position));
  }

  /** All readings become the front part, newest first; the back part is empty. */
  flip(): void {
    this.reset();
    for (let position = this.buffer.frontSize - 1; position >= 0; position--) {
      const slot = this.buffer.slot(position);
      this.add(slot);
      this.keepSuffix(slot);
    }
    this.reset();
  }

  /** The front part changed. The back part stays as it is, to the last bit. */
  rebuildFront(): void {
    if (this.buffer.frontSize === 0) return;
    this.save(KEPT);
    this.flip();
    this.load(new StateBytesReader(KEPT.take()));
  }

  rebuildBack(): void {
    this.reset();
    for (let position = this.buffer.frontSize; position < this.buffer.size; position++) {
      this.add(this.buffer.slot(position));
    }
  }
}
