import { type AgeSource, FeatureExpander } from '../features/feature-expander.js';
import { KnownLife, type KnownLifeState } from '../learning/known-life.js';
import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Quality, Score, Scorer } from '../scorer.js';
import { UntrainedScorer } from '../untrained-scorer.js';
import { bounded, type LifeArtefact, lifeOf } from './life-artefact.js';
import { errorsAt } from './life-interval.js';
import { ageSourceOf, type LifeSettings } from './life-settings.js';

export const LIFE_OUTPUTS: readonly OutputShape[] = [
  { name: 'life', kind: 'number' },
  { name: 'low', kind: 'number' },
  { name: 'high', kind: 'number' },
];

export function createLifeScorer(setup: ScorerSetup<LifeSettings, LifeArtefact>): Scorer {
  const ageSource = ageSourceOf(setup.settings, setup.features);
  return setup.artefact === null
    ? new UntrainedScorer(LIFE_OUTPUTS)
    : new LifeScorer(setup.artefact, ageSource, setup);
}

class LifeScorer implements Scorer {
  readonly outputs = LIFE_OUTPUTS;
  readonly #staleFrom: number;
  readonly #expander: FeatureExpander;
  readonly #life: KnownLife;
  readonly #score: Score = { quality: 'ok', outputs: [null, null, null] };

  constructor(
    private readonly artefact: LifeArtefact,
    ageSource: AgeSource,
    { instance, staleFrom }: Pick<ScorerSetup<never, never>, 'instance' | 'staleFrom'>,
  ) {
    this.#staleFrom = staleFrom;
    this.#expander = new FeatureExpander(artefact.space, ageSource);
    this.#life = new KnownLife(this.#expander, artefact.running, instance);
  }

  score(time: number, row: FeatureRow): Score {
    this.#life.at(time);
    const isInRange = this.#expander.add(time, row);
    const { outputs } = this.#score;
    this.#score.quality = this.#qualityAt(time, isInRange);
    if (this.#score.quality !== 'ok') {
      outputs.fill(null);
      return this.#score;
    }
    const { columns } = this.#expander;
    const life = lifeOf(this.artefact, columns);
    const { low, high } = errorsAt(this.artefact.errors, life);
    outputs[0] = life;
    outputs[1] = Math.min(life, bounded(life + low, this.artefact.longest));
    outputs[2] = Math.max(life, bounded(life + high, this.artefact.longest));
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
    return isInRange && !Number.isNaN(this.#expander.age) ? 'ok' : 'range';
  }
}
