import { anomalyKind } from '../../../models/anomaly/anomaly-kind.js';
import type { FeatureRow, Scorer } from '../../../models/scorer.js';
import { bytesOf } from './model-benchmark.js';

/** What an anomaly scorer said of one file: a row each; 0 and false while it knew nothing yet. */
export interface AnomalyRun {
  readonly scores: Float64Array;
  readonly isAnomalous: readonly boolean[];
  readonly causes: readonly (string | null)[];
  /** Of CPU time, which other work on the machine distorts least. */
  readonly seconds: number;
  readonly stateBytes: number;
}

/** A scorer with the defaults, which are the same for every data set. */
export function newAnomalyScorer(features: readonly string[]): Scorer {
  return anomalyKind.createScorer({
    settings: anomalyKind.settings.parse({}),
    features,
    instance: [],
    artefact: null,
    staleFrom: Number.POSITIVE_INFINITY,
    seed: 1,
  });
}

/** Shows rows to a scorer one by one, as they come in; nothing of the file is known but what has been shown. */
export function runAnomaly(
  scorer: Scorer,
  times: ArrayLike<number>,
  rows: readonly FeatureRow[],
): AnomalyRun {
  const scores = new Float64Array(rows.length);
  const isAnomalous: boolean[] = [];
  const causes: (string | null)[] = [];
  const before = process.cpuUsage();
  rows.forEach((row, index) => {
    const [score, anomalous, cause] = scorer.score(times[index] ?? 0, row).outputs;
    scores[index] = Number(score ?? 0);
    isAnomalous.push(anomalous === true);
    causes.push(typeof cause === 'string' ? cause : null);
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return { scores, isAnomalous, causes, seconds, stateBytes: bytesOf(scorer.save()) };
}
