import { Accumulator } from './accumulator.js';

/** One that goes by each reading and the one before it, and so by their order. */
export abstract class MeasuredAccumulator extends Accumulator {
  /** The newest reading was appended. */
  abstract measureNewest(): void;
  abstract measureAll(): void;
  /** Another reading is the one just before the window now. */
  abstract beforeChanged(): void;

  /** Something in the order changed: a late reading, or another one just before the window. */
  measureAgain(): void {
    this.measureAll();
    this.rebuildBack();
    this.rebuildFront();
  }
}
