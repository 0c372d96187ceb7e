import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { Cadence } from './cadence.js';
import { CalmScore, TAIL_SHARE } from './calm-score.js';
import { clamped, type Detector, type DetectorSettings, type Verdict } from './detector.js';
import { LastingChange } from './lasting-change.js';
import type { Stage } from './pattern-test.js';
import { SignalTests } from './signal-tests.js';
import { TailReach } from './tail-reach.js';

/**
 * The detector for one signal. Tests of two sorts look at every reading: is the value, its mean or its spread beyond the
 * range seen so far; is the shape of the last values, at three lengths, farther from all remembered ones than any shape
 * was before. Their evidence is added up, so that several hints make an alarm. After an alarm it rests.
 *
 * Some 35 kB and 1 µs a reading. What was tried besides stands in docs/models/anomaly.md.
 */
export class SignalDetector implements Detector {
  readonly #verdict: Verdict = { state: 'learning', warmup: 0, score: 0, isAnomalous: false, cause: 0 };
  readonly #restReadings: number;
  #life: Life;
  /** Readings since the detector began to learn. */
  #count = 0;
  #isRelearning = false;
  /** Readings until it may give an alarm again. */
  #rest = 0;
  /** The strength of the last alarm. */
  #told = 0;

  constructor(private readonly settings: DetectorSettings) {
    this.#restReadings = Math.round(this.settings.warmUp * REST_SHARE);
    this.#life = newLife(settings.warmUp);
  }

  judge(time: number, values: Float64Array): Verdict {
    const verdict = this.#verdict;
    const reading = values[0] ?? Number.NaN;
    verdict.isAnomalous = false;
    if (Number.isNaN(reading)) {
      verdict.state = 'unknown';
      return verdict;
    }
    const value = clamped(reading);
    const { tests, cadence, change, scores } = this.#life;
    if (cadence.isAfterGap(time)) tests.interrupt();
    const stage = this.#stage;
    const strength = tests.look(value, stage);
    this.#count++;
    verdict.warmup = Math.min(1, this.#count / this.settings.warmUp);
    if (change.take(value)) this.#beginAnew();
    else if (stage === 'learnt') this.#decide(strength);
    else if (stage === 'compare') scores.take(strength);
    const isLearning = this.#count <= this.settings.warmUp;
    verdict.state = !isLearning ? 'judged' : this.#isRelearning ? 'relearning' : 'learning';
    return verdict;
  }

  get #stage(): Stage {
    const share = this.#count / this.settings.warmUp;
    return share >= 1 ? 'learnt' : share >= REMEMBER_SHARE ? 'compare' : 'remember';
  }

  #decide(strength: number): void {
    const verdict = this.#verdict;
    const { scores, reach } = this.#life;
    const score = scores.of(strength, { knee: scores.knee, reach: reach.value });
    const isNews = this.#rest === 0 || strength > this.#told * FAR_STRANGER;
    verdict.score = isNews ? score : Math.min(score, 1 - TAIL_SHARE);
    verdict.isAnomalous = isNews && score >= 1 - this.settings.falseAlarmRate;
    if (this.#rest > 0) this.#rest--;
    else this.#takeCalm(Math.min(strength, STRENGTH_MAX));
    if (!verdict.isAnomalous) return;
    this.#rest = this.#restReadings;
    this.#told = strength;
  }

  /** All but what follows an alarm, which says nothing about calm readings. */
  #takeCalm(strength: number): void {
    const { scores, reach } = this.#life;
    const excess = strength - scores.knee;
    if (excess > 0) reach.take(excess);
    scores.take(strength);
  }

  #beginAnew(): void {
    this.#life = newLife(this.settings.warmUp);
    this.#count = 0;
    this.#isRelearning = true;
    this.#rest = 0;
    this.#verdict.warmup = 0;
  }

  save(writer: StateWriter): void {
    writer.put(this.#count, this.#isRelearning, this.#rest, this.#told);
    for (const part of Object.values(this.#life)) part.save(writer);
  }

  load(reader: StateReader): void {
    this.#count = reader.number();
    this.#isRelearning = reader.boolean();
    this.#rest = reader.number();
    this.#told = reader.number();
    for (const part of Object.values(this.#life)) part.load(reader);
  }
}

/** All that is forgotten when the signal has changed for good. */
interface Life {
  readonly tests: SignalTests;
  readonly cadence: Cadence;
  readonly change: LastingChange;
  readonly scores: CalmScore;
  readonly reach: TailReach;
}

function newLife(warmUp: number): Life {
  return {
    tests: new SignalTests(),
    cadence: new Cadence(),
    change: new LastingChange(warmUp),
    scores: new CalmScore(),
    reach: new TailReach(),
  };
}

/** Of the warm-up: what is noticed next is mostly the same anomaly still. */
const REST_SHARE = 0.5;
/** What is so many times stranger than what was told is news even then. */
const FAR_STRANGER = 3;
/** A single wild reading says no more about the tail than this. */
const STRENGTH_MAX = 2;
/** Of the warm-up: until then there are too few shapes for a comparison. */
const REMEMBER_SHARE = 0.375;
