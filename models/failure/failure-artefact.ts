import { z } from 'zod';
import { featureSpace, levelRanges } from '../features/space-shape.js';
import { meanScore } from '../learning/cross-fit.js';
import { runningLives } from '../learning/running-lives.js';
import type { LearntLives } from '../learning/trained-scorer.js';
import { ensembles } from '../learning/tree-shape.js';
import type { TreeEnsemble } from '../trees/tree.js';
import { type Calibration, calibrated } from './calibration.js';
import { type FailureMethod, logOddsOf } from './failure-method.js';

/** What a failure model has learnt. */
export interface FailureArtefact extends LearntLives {
  readonly kind: 'failure';
  readonly version: 2;
  readonly method: FailureMethod;
  readonly ensembles: readonly TreeEnsemble[];
  readonly calibration: Calibration;
  /** The share of rows that it learnt from after which a failure came within the horizon. */
  readonly share: number;
}

const shape: z.ZodType<FailureArtefact> = z.strictObject({
  kind: z.literal('failure'),
  version: z.literal(2),
  space: featureSpace,
  levels: levelRanges,
  method: z.enum(['boosted', 'bagged']),
  ensembles,
  calibration: z.strictObject({ slope: z.number(), offset: z.number() }),
  share: z.number(),
  running: runningLives,
});

export function readFailureArtefact(value: unknown): FailureArtefact | null {
  return shape.safeParse(value).data ?? null;
}

export function probabilityFor(artefact: FailureArtefact, columns: Float64Array): number {
  const score = meanScore(artefact.ensembles, columns);
  return calibrated(artefact.calibration, logOddsOf(artefact.method, score));
}
