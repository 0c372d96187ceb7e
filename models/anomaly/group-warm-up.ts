import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import type { CalmSample } from './group-limits.js';
import type { GroupMeasures } from './group-measures.js';

/**
 * The readings from which a group learns: most of them say what is normal, and the last ones, which that was not fitted
 * to, how far from it calm readings are. Smoothed deviations of single signals are taken from the last half, as a few
 * hundred readings hardly fit a mean, but are few to tell how far it wanders.
 */
export class GroupWarmUp {
  readonly #fitReadings: number;
  readonly #rows: Float64Array;
  readonly #signals: Float64Array;
  readonly #smoothed: Float64Array;
  readonly #latest: Float64Array;
  #count = 0;

  constructor(
    private readonly width: number,
    private readonly readings: number,
  ) {
    this.#fitReadings = Math.round(readings * FIT_SHARE);
    this.#rows = new Float64Array(this.#fitReadings * width);
    this.#signals = new Float64Array((readings - this.#signalsFrom) * width);
    this.#smoothed = new Float64Array(readings - this.#fitReadings);
    this.#latest = new Float64Array(readings - this.#fitReadings);
  }

  /** Share of the readings that it has. */
  get done(): number {
    return this.#count / this.readings;
  }

  get sample(): CalmSample {
    return { signals: this.#signals, smoothed: this.#smoothed, latest: this.#latest };
  }

  get #signalsFrom(): number {
    return Math.floor(this.readings / 2);
  }

  /** Takes a reading, and fits the measures when there are enough. */
  take(values: Float64Array, measures: GroupMeasures): void {
    if (this.#count < this.#fitReadings) this.#rows.set(values, this.#count * this.width);
    else this.#measure(this.#count, values, measures);
    this.#count++;
    if (this.#count === this.#fitReadings) this.#fit(measures);
  }

  #fit(measures: GroupMeasures): void {
    measures.fit(this.#rows);
    for (let reading = 0; reading < this.#fitReadings; reading++) {
      const at = reading * this.width;
      this.#measure(reading, this.#rows.subarray(at, at + this.width), measures);
    }
  }

  #measure(reading: number, values: Float64Array, measures: GroupMeasures): void {
    measures.take(values);
    const row = reading - this.#signalsFrom;
    for (let signal = 0; row >= 0 && signal < this.width; signal++)
      this.#signals[row * this.width + signal] = measures.ofSignal(signal);
    const heldOut = reading - this.#fitReadings;
    if (heldOut < 0) return;
    this.#smoothed[heldOut] = measures.ofSmoothed;
    this.#latest[heldOut] = measures.ofLatest;
    for (let signal = 0; signal < this.width; signal++)
      measures.follow(signal, values[signal] ?? Number.NaN, 1 / this.readings);
  }

  save(writer: StateWriter): void {
    writer.put(this.#count, this.#rows.slice(), this.#signals.slice());
    writer.put(this.#smoothed.slice(), this.#latest.slice());
  }

  load(reader: StateReader): void {
    this.#count = reader.number();
    this.#rows.set(reader.numbers());
    this.#signals.set(reader.numbers());
    this.#smoothed.set(reader.numbers());
    this.#latest.set(reader.numbers());
  }
}

const FIT_SHARE = 0.75;
