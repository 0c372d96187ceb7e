import { type AgeSource, FeatureExpander, type FeatureExpanderState } from '../features/feature-expander.js';
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
    : new LifeScorer(setup.artefact, ageSource, setup.staleFrom);
}

class LifeScorer implements Scorer {
  readonly outputs = LIFE_OUTPUTS;
  readonly #expander: FeatureExpander;
  readonly #score: Score = { quality: 'ok', outputs: [null, null, null] };

  constructor(
    private readonly artefact: LifeArtefact,
    ageSource: AgeSource,
    private readonly staleFrom: number,
  ) {
    this.#expander = new FeatureExpander(artefact.space, ageSource);
  }

  score(time: number, row: FeatureRow): Score {
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

  mark(): void {
    this.#expander.restart();
  }

  save(): FeatureExpanderState {
    return this.#expander.save();
  }

  load(state: FeatureExpanderState): void {
    this.#expander.load(state);
  }

  #qualityAt(time: number, isInRange: boolean): Quality {
    if (time >= this.staleFrom) return 'stale';
    return isInRange && !Number.isNaN(this.#expander.age) ? 'ok' : 'range';
  }
}
