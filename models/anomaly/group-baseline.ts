import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/** What each signal of a group is like when all is calm: its level, which it may follow slowly, and its spread. */
export class GroupBaseline {
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;

  constructor(private readonly width: number) {
    this.#means = new Float64Array(width);
    this.#deviations = new Float64Array(width).fill(1);
  }

  /** @param rows `width` values a row; NaN is unknown */
  fit(rows: Float64Array): void {
    for (let signal = 0; signal < this.width; signal++) {
      let count = 0;
      let mean = 0;
      let squares = 0;
      for (let at = signal; at < rows.length; at += this.width) {
        const value = rows[at] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const change = value - mean;
        mean += change / ++count;
        squares += change * (value - mean);
      }
      this.#means[signal] = mean;
      const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
      this.#deviations[signal] = Math.max(deviation, Math.abs(mean) * DEVIATION_MIN, Number.MIN_VALUE * 1e16);
    }
  }

  /** How many standard deviations a value is from its mean; bounded. */
  deviation(signal: number, value: number): number {
    const deviation = (value - (this.#means[signal] ?? 0)) / (this.#deviations[signal] ?? 1);
    return Math.min(DEVIATION_MAX, Math.max(-DEVIATION_MAX, deviation));
  }

  /** Lets a mean follow a value. @param weight 0 not at all, 1 wholly */
  follow(signal: number, value: number, weight: number): void {
    const mean = this.#means[signal] ?? 0;
    this.#means[signal] = mean + weight * (value - mean);
  }

  save(writer: StateWriter): void {
    writer.put(this.#means.slice(), this.#deviations.slice());
  }

  load(reader: StateReader): void {
    this.#means.set(reader.numbers());
    this.#deviations.set(reader.numbers());
  }
}

/** A signal that never moved while it was learnt: a change of a millionth is one deviation. */
const DEVIATION_MIN = 1e-6;
/** So that a wild reading is forgotten again. */
const DEVIATION_MAX = 1000;
