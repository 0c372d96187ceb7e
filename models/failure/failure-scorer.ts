import { type AgeSource, FeatureExpander } from '../features/feature-expander.js';
import { columnSources } from '../features/feature-space.js';
import { KnownLife, type KnownLifeState } from '../learning/known-life.js';
import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Score, Scorer } from '../scorer.js';
import { addContributions } from '../trees/tree.js';
import { UntrainedScorer } from '../untrained-scorer.js';
import { type FailureArtefact, probabilityFor } from './failure-artefact.js';
import type { FailureSettings } from './failure-settings.js';

export const FAILURE_OUTPUTS: readonly OutputShape[] = [
  { name: 'probability', kind: 'number' },
  { name: 'cause', kind: 'string' },
];

/** Failures are a matter of time. */
export const FAILURE_AGE: AgeSource = { kind: 'seconds' };

/** Stands for the age as a cause. */
const AGE = 'age';

export function createFailureScorer(setup: ScorerSetup<FailureSettings, FailureArtefact>): Scorer {
  const { artefact, features, instance, staleFrom } = setup;
  if (artefact === null) return new UntrainedScorer(FAILURE_OUTPUTS);
  return new FailureScorer(artefact, { features, instance, staleFrom });
}

class FailureScorer implements Scorer {
  readonly outputs = FAILURE_OUTPUTS;
  readonly #features: readonly string[];
  readonly #staleFrom: number;
  readonly #expander: FeatureExpander;
  readonly #life: KnownLife;
  readonly #sources: readonly (readonly number[])[];
  readonly #contributions: Float64Array;
  /** One a feature, the last the age. */
  readonly #byFeature: Float64Array;
  readonly #score: Score = { quality: 'ok', outputs: [null, null] };

  constructor(
    private readonly artefact: FailureArtefact,
    { features, instance, staleFrom }: Pick<ScorerSetup<never, never>, 'features' | 'instance' | 'staleFrom'>,
  ) {
    this.#features = features;
    this.#staleFrom = staleFrom;
    this.#expander = new FeatureExpander(artefact.space, FAILURE_AGE);
    this.#life = new KnownLife(this.#expander, artefact.running, instance);
    this.#sources = columnSources(artefact.space);
    this.#contributions = new Float64Array(this.#sources.length);
    this.#byFeature = new Float64Array(features.length + 1);
  }

  score(time: number, row: FeatureRow): Score {
    this.#life.at(time);
    const isInRange = this.#expander.add(time, row);
    this.#score.quality = time >= this.#staleFrom ? 'stale' : isInRange ? 'ok' : 'range';
    const { outputs, quality } = this.#score;
    const probability = quality === 'ok' ? probabilityFor(this.artefact, this.#expander.columns) : null;
    outputs[0] = probability;
    // Below what is usual there is nothing to find a cause of.
    outputs[1] = probability !== null && probability > this.artefact.share ? this.#cause() : null;
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

  /** The feature that raises the probability most, the first of equals; null: none does. */
  #cause(): string | null {
    this.#contributions.fill(0);
    for (const ensemble of this.artefact.ensembles) {
      addContributions(ensemble, this.#expander.columns, this.#contributions);
    }
    this.#byFeature.fill(0);
    this.#sources.forEach((sources, column) => {
      const contribution = this.#contributions[column] ?? 0;
      if (sources.length === 0) this.#credit(this.#features.length, contribution);
      for (const feature of sources) this.#credit(feature, contribution / sources.length);
    });
    let cause: string | null = null;
    let most = 0;
    this.#byFeature.forEach((contribution, feature) => {
      if (contribution <= most) return;
      most = contribution;
      cause = this.#features[feature] ?? AGE;
    });
    return cause;
  }

  #credit(feature: number, contribution: number): void {
    this.#byFeature[feature] = (this.#byFeature[feature] ?? 0) + contribution;
  }
}
