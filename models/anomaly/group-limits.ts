import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { quantileOf } from '../trees/quantile.js';
import type { GroupMeasures } from './group-measures.js';

/**
 * How large each measure of a group is while all is calm, learnt from readings that the baseline was not fitted to, and
 * how strong a reading is against that: 1 is the limit.
 */
export class GroupLimits {
  /** Of each signal's smoothed deviation. */
  readonly #signals: Float64Array;
  /** The middle of a distance, and from there to its quantile: distances of many signals are never near 0. */
  readonly #smoothed = { middle: 0, reach: 1 };
  readonly #latest = { middle: 0, reach: 1 };
  #strength = 0;
  #cause = 0;
  #areSignalsOdd = false;

  constructor(private readonly width: number) {
    this.#signals = new Float64Array(width).fill(1);
  }

  fit({ signals, smoothed, latest }: CalmSample): void {
    const share = manyFactor(this.width) * SIGNAL_LIMIT;
    for (let signal = 0; signal < this.width; signal++) {
      const own = signals.filter((_, at) => at % this.width === signal);
      this.#signals[signal] = share * Math.max(SIGNAL_MIN, quantileOf(own, CALM_QUANTILE));
    }
    fitReach(this.#smoothed, smoothed);
    fitReach(this.#latest, latest);
  }

  /** Weighs the latest reading; `strength` and `cause` then tell. */
  weigh(measures: GroupMeasures): void {
    this.#strength = 0;
    this.#cause = 0;
    for (let signal = 0; signal < this.width; signal++) {
      const strength = this.#ofSignal(signal, measures);
      if (strength <= this.#strength) continue;
      this.#strength = strength;
      this.#cause = signal;
    }
    this.#areSignalsOdd = this.#strength >= 1;
    this.#weighDistance(this.#smoothed, measures.ofSmoothed, measures, measures.quickly);
    this.#weighDistance(this.#latest, measures.ofLatest, measures, measures.latest);
  }

  /** What `weigh` would have said of the readings of a sample, as far as all their measures are known. */
  strengthsOf({ signals, smoothed, latest }: CalmSample): Float64Array {
    const first = signals.length - smoothed.length * this.width;
    return smoothed.map((distance, reading) => {
      let strength = Math.max(
        this.#ofDistance(this.#smoothed, distance),
        this.#ofDistance(this.#latest, latest[reading] ?? 0),
      );
      for (let signal = 0; signal < this.width; signal++) {
        const own = signals[first + reading * this.width + signal] ?? 0;
        strength = Math.max(strength, own / (this.#signals[signal] ?? 1));
      }
      return strength;
    });
  }

  /**
   * Whether a signal is normal as far as one can tell. When the group is odd but no signal by itself, none is known to
   * be; when some are odd by themselves, the others are.
   */
  isCalm(signal: number, measures: GroupMeasures): boolean {
    return (this.#strength < 1 || this.#areSignalsOdd) && this.#ofSignal(signal, measures) < 1;
  }

  #ofSignal(signal: number, measures: GroupMeasures): number {
    return measures.ofSignal(signal) / (this.#signals[signal] ?? 1);
  }

  #ofDistance(calm: Reach, distance: number): number {
    return Math.max(0, (distance - calm.middle) / (calm.reach * DISTANCE_LIMIT));
  }

  #weighDistance(calm: Reach, distance: number, measures: GroupMeasures, deviations: Float64Array): void {
    const strength = this.#ofDistance(calm, distance);
    if (strength <= this.#strength) return;
    this.#strength = strength;
    this.#cause = measures.largestIn(deviations);
  }

  /** How near the oddest measure is to its limit. */
  get strength(): number {
    return this.#strength;
  }

  /** The signal that contributes most to it. */
  get cause(): number {
    return this.#cause;
  }

  save(writer: StateWriter): void {
    writer.put(this.#signals.slice(), this.#smoothed.middle, this.#smoothed.reach);
    writer.put(this.#latest.middle, this.#latest.reach);
  }

  load(reader: StateReader): void {
    this.#signals.set(reader.numbers());
    for (const calm of [this.#smoothed, this.#latest]) {
      calm.middle = reader.number();
      calm.reach = reader.number();
    }
  }
}

/** Measures of calm readings in order; the distances are those of the last readings. */
export interface CalmSample {
  /** The sizes of the smoothed deviations, one a signal, reading by reading. */
  readonly signals: Float64Array;
  readonly smoothed: Float64Array;
  readonly latest: Float64Array;
}

interface Reach {
  middle: number;
  reach: number;
}

function fitReach(calm: Reach, distances: Float64Array): void {
  calm.middle = quantileOf(distances, 0.5);
  calm.reach = Math.max(REACH_MIN, quantileOf(distances, CALM_QUANTILE) - calm.middle);
}

/**
 * The largest of many normal deviates is larger than one of them: how much larger its 99 % quantile is than that of one,
 * by Bonferroni's bound and the tail's leading term √(2 ln n).
 */
function manyFactor(width: number): number {
  return (
    Math.sqrt(2 * Math.log(width / (1 - CALM_QUANTILE))) / Math.sqrt(2 * Math.log(1 / (1 - CALM_QUANTILE)))
  );
}

const CALM_QUANTILE = 0.99;
/** How many times what calm readings reach is a limit: signals wander farther in a day than while they are learnt. */
const SIGNAL_LIMIT = 2.4;
const DISTANCE_LIMIT = 6;
/** In standard deviations, of a mean of about ten readings: less than this is rounding. */
const SIGNAL_MIN = 0.05;
const REACH_MIN = 0.05;
