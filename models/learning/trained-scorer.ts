import type { Scalar } from '../../rules/reading.js';
import { type AgeSource, FeatureExpander } from '../features/feature-expander.js';
import type { FeatureSpace } from '../features/feature-space.js';
import type { LevelRange } from '../features/signal-levels.js';
import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Quality, Score, Scorer } from '../scorer.js';
import { KnownLife, type KnownLifeState } from './known-life.js';
import type { RunningLife } from './running-lives.js';

/** What it learnt, as far as all kinds that learn from lives have that. */
export interface LearntLives {
  readonly space: FeatureSpace;
  /** One a measured signal. */
  readonly levels: readonly LevelRange[];
  readonly running: readonly RunningLife[];
}

/** The scorer of a kind that learns from lives: follows the life of one machine, and says how far what it sees is known. */
export class TrainedScorer implements Scorer {
  readonly #staleFrom: number;
  readonly #expander: FeatureExpander;
  readonly #life: KnownLife;
  readonly #score: Score;

  /** @param write the outputs for a row as trees see it; they are null before */
  constructor(
    readonly outputs: readonly OutputShape[],
    private readonly learnt: LearntLives,
    ageSource: AgeSource,
    { instance, staleFrom }: Pick<ScorerSetup<never, never>, 'instance' | 'staleFrom'>,
    private readonly write: (columns: Float64Array, outputs: (Scalar | null)[]) => void,
  ) {
    this.#staleFrom = staleFrom;
    this.#expander = new FeatureExpander(learnt.space, ageSource);
    this.#life = new KnownLife(this.#expander, learnt.running, instance);
    this.#score = { quality: 'ok', outputs: outputs.map(() => null) };
  }

  score(time: number, row: FeatureRow): Score {
    this.#life.at(time);
    const isInRange = this.#expander.add(time, row);
    const { outputs } = this.#score;
    this.#score.quality = this.#qualityAt(time, isInRange);
    outputs.fill(null);
    if (this.#score.quality === 'ok') this.write(this.#expander.columns, outputs);
    return this.#score;
  }

  mark(time: number): void {
    this.#life.mark(time);
  }

  save(): KnownLifeState {
    return this.#life.save();
  }

  load(state: KnownLifeState): void {
    this.#life.load(state);
  }

  #qualityAt(time: number, isInRange: boolean): Quality {
    if (time >= this.#staleFrom) return 'stale';
    if (!isInRange || Number.isNaN(this.#expander.age)) return 'range';
    return this.#expander.levels.areWithin(this.learnt.levels) ? 'ok' : 'drifted';
  }
}
