import { unknownFeatures } from '../learning/unknown-features.js';
import type { SettingsIssue, TrainedKind } from '../model-kind.js';
import { type AnomalyArtefact, readAnomalyArtefact } from './anomaly-artefact.js';
import { evaluateAnomaly } from './anomaly-evaluation.js';
import { ANOMALY_OUTPUTS, AnomalyScorer } from './anomaly-scorer.js';
import { type AnomalySettings, anomalySettings, warmUpMaxOf } from './anomaly-settings.js';
import { trainAnomaly } from './anomaly-training.js';

/** Says how odd the readings of a machine are, from what they have been like: without labels, and without training. */
export const anomalyKind: TrainedKind<AnomalySettings, AnomalyArtefact> = {
  name: 'anomaly',
  source: 'training',
  settings: anomalySettings,
  check: ({ warmUp, setPoints }, features) => [
    ...checkFeatureCount(features),
    ...checkWarmUp(warmUp, features),
    ...unknownFeatures(['setPoints'], setPoints, features),
  ],
  outputs: () => ANOMALY_OUTPUTS,
  createScorer: (setup) => new AnomalyScorer(setup),
  train: trainAnomaly,
  evaluate: evaluateAnomaly,
  readArtefact: readAnomalyArtefact,
};

const FEATURES_MAX = 60;

function checkFeatureCount(features: readonly string[]): readonly SettingsIssue[] {
  if (features.length <= FEATURES_MAX) return [];
  const message = `must be at most ${FEATURES_MAX}, not ${features.length}: signals that have nothing to do with each other belong in models of their own.`;
  return [{ path: ['features'], message }];
}

/** A group keeps the readings of its warm-up until that has ended. */
function checkWarmUp(warmUp: number | undefined, features: readonly string[]): readonly SettingsIssue[] {
  const max = warmUpMaxOf(features);
  if (warmUp === undefined || warmUp <= max) return [];
  const message = `must be at most ${max} for ${features.length} features, not ${warmUp}: until then each instance keeps every reading.`;
  return [{ path: ['warmUp'], message }];
}
