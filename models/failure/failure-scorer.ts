import type { AgeSource } from '../features/feature-expander.js';
import { columnSources } from '../features/feature-space.js';
import { TrainedScorer } from '../learning/trained-scorer.js';
import type { ScorerSetup } from '../model-kind.js';
import type { OutputShape, Scorer } from '../scorer.js';
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
  const { artefact, features } = setup;
  if (artefact === null) return new UntrainedScorer(FAILURE_OUTPUTS);
  const causes = new CauseFinder(artefact, features);
  return new TrainedScorer(FAILURE_OUTPUTS, artefact, FAILURE_AGE, setup, (columns, outputs) => {
    const probability = probabilityFor(artefact, columns);
    outputs[0] = probability;
    // Below what is usual there is nothing to find a cause of.
    outputs[1] = probability > artefact.share ? causes.of(columns) : null;
  });
}

/** Finds what raises a probability. */
class CauseFinder {
  readonly #sources: readonly (readonly number[])[];
  readonly #contributions: Float64Array;
  /** One a feature, the last the age. */
  readonly #byFeature: Float64Array;

  constructor(
    private readonly artefact: FailureArtefact,
    private readonly features: readonly string[],
  ) {
    this.#sources = columnSources(artefact.space);
    this.#contributions = new Float64Array(this.#sources.length);
    this.#byFeature = new Float64Array(features.length + 1);
  }

  /** The feature that raises the probability most, the first of equals; null: none does. */
  of(columns: Float64Array): string | null {
    this.#contributions.fill(0);
    for (const ensemble of this.artefact.ensembles) addContributions(ensemble, columns, this.#contributions);
    this.#byFeature.fill(0);
    this.#sources.forEach((sources, column) => {
      const contribution = this.#contributions[column] ?? 0;
      if (sources.length === 0) this.#credit(this.features.length, contribution);
      for (const feature of sources) this.#credit(feature, contribution / sources.length);
    });
    let cause: string | null = null;
    let most = 0;
    this.#byFeature.forEach((contribution, feature) => {
      if (contribution <= most) return;
      most = contribution;
      cause = this.features[feature] ?? AGE;
    });
    return cause;
  }

  #credit(feature: number, contribution: number): void {
    this.#byFeature[feature] = (this.#byFeature[feature] ?? 0) + contribution;
  }
}
