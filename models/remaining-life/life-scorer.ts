import { TrainedScorer } from '../learning/trained-scorer.js';
import type { ScorerSetup } from '../model-kind.js';
import type { OutputShape, Scorer } from '../scorer.js';
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
  const { artefact, settings, features } = setup;
  if (artefact === null) return new UntrainedScorer(LIFE_OUTPUTS);
  const { errors, longest } = artefact;
  return new TrainedScorer(
    LIFE_OUTPUTS,
    artefact,
    ageSourceOf(settings, features),
    setup,
    (columns, outputs) => {
      const life = lifeOf(artefact, columns);
      const { low, high } = errorsAt(errors, life);
      outputs[0] = life;
      outputs[1] = Math.min(life, bounded(life + low, longest));
      outputs[2] = Math.max(life, bounded(life + high, longest));
    },
  );
}
