import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { CalmScore } from './calm-score.js';
import { clamped, type Detector, type DetectorSettings, type Verdict } from './detector.js';
import { GroupLimits } from './group-limits.js';
import { GroupMeasures } from './group-measures.js';
import { GroupWarmUp } from './group-warm-up.js';

/**
 * The detector for two and more signals that belong together. It is anomalous as long as one of its measures is beyond
 * its limit; the signals that are calm by themselves are followed slowly all the while.
 */
export class GroupDetector implements Detector {
  readonly #verdict: Verdict = { state: 'learning', warmup: 0, score: 0, isAnomalous: false, cause: 0 };
  readonly #values: Float64Array;
  readonly #measures: GroupMeasures;
  readonly #limits: GroupLimits;
  #scores = new CalmScore();
  #warmUp: GroupWarmUp | null;
  #isRelearning = false;
  /** Anomalous readings, less those that are not. */
  #odd = 0;

  constructor(
    private readonly width: number,
    private readonly settings: DetectorSettings,
  ) {
    this.#values = new Float64Array(width);
    this.#measures = new GroupMeasures(width, settings.setPoints);
    this.#limits = new GroupLimits(width);
    this.#warmUp = new GroupWarmUp(width, settings.warmUp);
  }

  judge(_time: number, values: Float64Array): Verdict {
    const verdict = this.#verdict;
    verdict.isAnomalous = false;
    if (!this.#takeKnown(values)) {
      verdict.state = 'unknown';
    } else if (this.#warmUp !== null) {
      this.#learn(this.#warmUp);
    } else if (!this.#measures.take(this.#values)) {
      verdict.state = 'unknown';
    } else {
      verdict.state = 'judged';
      this.#decide();
    }
    return verdict;
  }

  /** Whether enough of the values are known to say something. */
  #takeKnown(values: Float64Array): boolean {
    let known = 0;
    for (let signal = 0; signal < this.width; signal++) {
      const value = clamped(values[signal] ?? Number.NaN);
      this.#values[signal] = value;
      if (!Number.isNaN(value)) known++;
    }
    return known * 2 >= this.width && known > 0;
  }

  #learn(warmUp: GroupWarmUp): void {
    warmUp.take(this.#values, this.#measures);
    this.#verdict.state = this.#isRelearning ? 'relearning' : 'learning';
    this.#verdict.warmup = warmUp.done;
    if (warmUp.done < 1) return;
    this.#limits.fit(warmUp.sample);
    for (const strength of this.#limits.strengthsOf(warmUp.sample)) this.#scores.take(strength);
    this.#warmUp = null;
  }

  #decide(): void {
    const verdict = this.#verdict;
    this.#limits.weigh(this.#measures);
    const { strength } = this.#limits;
    verdict.cause = this.#limits.cause;
    verdict.score = this.#scoreOf(strength);
    verdict.isAnomalous = verdict.score >= 1 - this.settings.falseAlarmRate;
    if (strength < 1) this.#scores.take(strength);
    this.#followCalm();
    this.#odd = Math.max(0, this.#odd + (strength < 1 ? -1 : 1));
    if (this.#odd >= this.settings.warmUp * RELEARN_WARM_UPS) this.#beginAnew();
  }

  /** The limit is set where one in a thousand is beyond it; calm readings say how far off that is. */
  #scoreOf(strength: number): number {
    const knee = Math.min(KNEE_MAX, this.#scores.knee);
    return this.#scores.of(strength, { knee, reach: (1 - knee) / Math.LN10 });
  }

  #followCalm(): void {
    for (let signal = 0; signal < this.width; signal++) {
      if (!this.#limits.isCalm(signal, this.#measures)) continue;
      this.#measures.follow(signal, this.#values[signal] ?? Number.NaN, 1 / this.settings.warmUp);
    }
  }

  #beginAnew(): void {
    this.#scores = new CalmScore();
    this.#warmUp = new GroupWarmUp(this.width, this.settings.warmUp);
    this.#isRelearning = true;
    this.#odd = 0;
    this.#verdict.warmup = 0;
    this.#verdict.isAnomalous = false;
    this.#verdict.state = 'relearning';
  }

  save(writer: StateWriter): void {
    writer.put(this.#isRelearning, this.#odd, this.#verdict.warmup, this.#warmUp !== null);
    this.#warmUp?.save(writer);
    this.#measures.save(writer);
    this.#limits.save(writer);
    this.#scores.save(writer);
  }

  load(reader: StateReader): void {
    this.#isRelearning = reader.boolean();
    this.#odd = reader.number();
    this.#verdict.warmup = reader.number();
    this.#warmUp = reader.boolean() ? new GroupWarmUp(this.width, this.settings.warmUp) : null;
    this.#warmUp?.load(reader);
    this.#measures.load(reader);
    this.#limits.load(reader);
    this.#scores.load(reader);
  }
}

/** A group that is anomalous for so many warm-ups on end is not going to be calm again: it is learnt anew. */
const RELEARN_WARM_UPS = 4;
/** So that scores grow with strength, too, where calm readings come near the limit. */
const KNEE_MAX = 0.9;
