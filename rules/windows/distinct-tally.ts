import type { Scalar } from '../reading.js';
import type { Tally } from './tally.js';
import type { WindowBuffer } from './window-buffer.js';

/** How often each value is in the window. */
export class DistinctTally implements Tally {
  readonly #counts = new Map<Scalar, number>();

  constructor(private readonly buffer: WindowBuffer) {}

  get count(): number {
    return this.#counts.size;
  }

  add(slot: number): void {
    const value = this.#valueAt(slot);
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  remove(slot: number): void {
    const value = this.#valueAt(slot);
    const count = this.#counts.get(value) ?? 0;
    if (count > 1) this.#counts.set(value, count - 1);
    else this.#counts.delete(value);
  }

  clear(): void {
    this.#counts.clear();
  }

  #valueAt(slot: number): Scalar {
    return this.buffer.others?.[slot] ?? this.buffer.valueAt(slot);
  }
}
