import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { learnRegimes, regimeOf } from '../regimes/regimes.js';

/**
 * What each signal of a group is like when all is calm: its level, which it may follow slowly, and its spread; in each
 * regime in which the machine is run, as its set-points tell. Set-points themselves are not judged.
 */
export class GroupBaseline {
  readonly #setPoints: readonly number[];
  #scales: Float64Array = new Float64Array(0);
  /** A set-point after the other, regime by regime; scaled. */
  #centres: Float64Array = new Float64Array(0);
  /** Rows that were of each regime when it was fitted. */
  #counts: Float64Array;
  /** `width` a regime; so the deviations. */
  #means: Float64Array;
  #deviations: Float64Array;
  #regimes: RegimeCentres;
  /** Of the latest values. */
  #regime = 0;

  constructor(
    private readonly width: number,
    setPoints: readonly number[],
  ) {
    this.#setPoints = setPoints;
    this.#counts = new Float64Array(1);
    this.#means = new Float64Array(width);
    this.#deviations = new Float64Array(width).fill(1);
    this.#regimes = this.#regimeCentres();
  }

  /** @param rows `width` values a row; NaN is unknown */
  fit(rows: Float64Array): void {
    const list = Array.from({ length: rows.length / this.width }, (_, row) =>
      rows.subarray(row * this.width, (row + 1) * this.width),
    );
    const { scales, centres, means, deviations } = learnRegimes(list, this.#setPoints);
    this.#scales = Float64Array.from(scales);
    this.#centres = Float64Array.from(centres.flat());
    this.#means = Float64Array.from(means.flat());
    this.#deviations = Float64Array.from(deviations.flat(), (deviation, at) =>
      Math.max(deviation, Math.abs(this.#means[at] ?? 0) * DEVIATION_MIN, SMALLEST),
    );
    this.#counts = new Float64Array(centres.length);
    this.#regimes = this.#regimeCentres();
    for (const row of list) {
      const regime = regimeOf(this.#regimes, row);
      this.#counts[regime] = (this.#counts[regime] ?? 0) + 1;
    }
  }

  /**
   * Finds the regime of these values.
   *
   * @returns whether it is one that was learnt
   */
  enter(values: Float64Array): boolean {
    this.#regime = regimeOf(this.#regimes, values);
    const { centres } = this.#regimes;
    if (centres.length === 1) return true;
    if ((this.#counts[this.#regime] ?? 0) < REGIME_ROWS_MIN) return false;
    return this.#setPoints.every((place, index) => {
      const value = (values[place] ?? Number.NaN) / (this.#scales[index] ?? 1);
      return Math.abs(value - (centres[this.#regime]?.[index] ?? 0)) <= SAME_WITHIN;
    });
  }

  /** How many standard deviations a value is from the mean of its signal in this regime; bounded. 0 for set-points. */
  deviation(signal: number, value: number): number {
    if (this.#setPoints.includes(signal)) return 0;
    const at = this.#regime * this.width + signal;
    const deviation = (value - (this.#means[at] ?? 0)) / (this.#deviations[at] ?? 1);
    return Math.min(DEVIATION_MAX, Math.max(-DEVIATION_MAX, deviation));
  }

  /** Lets a mean follow a value, in this regime. @param weight 0 not at all, 1 wholly */
  follow(signal: number, value: number, weight: number): void {
    const at = this.#regime * this.width + signal;
    const mean = this.#means[at] ?? 0;
    this.#means[at] = mean + weight * (value - mean);
  }

  /** As `regimeOf` takes them. */
  #regimeCentres(): RegimeCentres {
    const { length } = this.#setPoints;
    const centres = Array.from(this.#counts, (_, regime) =>
      Array.from(this.#centres.subarray(regime * length, (regime + 1) * length)),
    );
    return { setPoints: this.#setPoints, scales: Array.from(this.#scales), centres };
  }

  save(writer: StateWriter): void {
    writer.put(this.#scales.slice(), this.#centres.slice(), this.#counts.slice());
    writer.put(this.#means.slice(), this.#deviations.slice(), this.#regime);
  }

  load(reader: StateReader): void {
    this.#scales = reader.numbers().slice();
    this.#centres = reader.numbers().slice();
    this.#counts = reader.numbers().slice();
    this.#means = reader.numbers().slice();
    this.#deviations = reader.numbers().slice();
    this.#regime = reader.number();
    this.#regimes = this.#regimeCentres();
  }
}

type RegimeCentres = Parameters<typeof regimeOf>[0];

/** A signal that never moved while it was learnt: a change of a millionth is one deviation. */
const DEVIATION_MIN = 1e-6;
/** Of a signal that was 0 all the time. */
const SMALLEST = Number.MIN_VALUE * 1e16;
/** So that a wild reading is forgotten again. */
const DEVIATION_MAX = 1000;
/** A regime of which less was seen is not known. */
const REGIME_ROWS_MIN = 20;
/** In deviations of the set-point over all regimes, which are much farther apart. */
const SAME_WITHIN = 0.25;
