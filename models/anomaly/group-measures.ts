import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { GroupBaseline } from './group-baseline.js';
import { Whitening } from './whitening.js';

/**
 * How far a group of signals is from normal, in three ways that see different faults: each signal's smoothed deviation
 * (one signal off its level), the distance of all smoothed deviations with their correlations (MEWMA: Lowry, Woodall,
 * Champ, Rigdon, "A multivariate EWMA control chart", 1992; small lasting faults of the whole), and that of the latest
 * reading alone (Hotelling's T²; signals that swing about their levels).
 */
export class GroupMeasures {
  readonly #baseline: GroupBaseline;
  readonly #whitening: Whitening;
  /** Of the latest reading, in standard deviations. */
  readonly latest: Float64Array;
  readonly smoothed: Float64Array;
  readonly quickly: Float64Array;

  /** @param setPoints places of the signals that say how the machine is run */
  constructor(
    private readonly width: number,
    setPoints: readonly number[],
  ) {
    this.#baseline = new GroupBaseline(width, setPoints);
    this.#whitening = new Whitening(width);
    this.latest = new Float64Array(width);
    this.smoothed = new Float64Array(width);
    this.quickly = new Float64Array(width);
  }

  /** @param rows `width` values a row; NaN is unknown */
  fit(rows: Float64Array): void {
    this.#baseline.fit(rows);
    const deviations = new Float64Array(rows.length);
    for (let start = 0; start < rows.length; start += this.width) {
      const row = rows.subarray(start, start + this.width);
      this.#baseline.enter(row);
      row.forEach((value, signal) => {
        deviations[start + signal] = this.#deviation(signal, value);
      });
    }
    this.#whitening.fit(deviations);
  }

  /**
   * An unknown value leaves the smoothed deviations of its signal as they are.
   *
   * @returns whether the machine is run as it was while it was learnt; if not, nothing is taken
   */
  take(values: Float64Array): boolean {
    if (!this.#baseline.enter(values)) return false;
    for (let signal = 0; signal < this.width; signal++) {
      const value = values[signal] ?? Number.NaN;
      const deviation = this.#deviation(signal, value);
      this.latest[signal] = deviation;
      if (Number.isNaN(value)) continue;
      const smoothed = this.smoothed[signal] ?? 0;
      const quickly = this.quickly[signal] ?? 0;
      this.smoothed[signal] = smoothed + SMOOTHING * (deviation - smoothed);
      this.quickly[signal] = quickly + QUICK_SMOOTHING * (deviation - quickly);
    }
    return true;
  }

  #deviation(signal: number, value: number): number {
    return Number.isNaN(value) ? 0 : this.#baseline.deviation(signal, value);
  }

  ofSignal(signal: number): number {
    return Math.abs(this.smoothed[signal] ?? 0);
  }

  get ofSmoothed(): number {
    return this.#whitening.distance(this.quickly);
  }

  get ofLatest(): number {
    return this.#whitening.distance(this.latest);
  }

  largestIn(deviations: Float64Array): number {
    return this.#whitening.largestContribution(deviations);
  }

  /** Lets the level of a signal follow it, so that a slow drift is none. @param weight 0 not at all, 1 wholly */
  follow(signal: number, value: number, weight: number): void {
    if (!Number.isNaN(value)) this.#baseline.follow(signal, value, weight);
  }

  save(writer: StateWriter): void {
    this.#baseline.save(writer);
    this.#whitening.save(writer);
    writer.put(this.latest.slice(), this.smoothed.slice(), this.quickly.slice());
  }

  load(reader: StateReader): void {
    this.#baseline.load(reader);
    this.#whitening.load(reader);
    this.latest.set(reader.numbers());
    this.smoothed.set(reader.numbers());
    this.quickly.set(reader.numbers());
  }
}

const SMOOTHING = 0.1;
const QUICK_SMOOTHING = 0.2;
