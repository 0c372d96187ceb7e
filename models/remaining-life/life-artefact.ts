import { z } from 'zod';
import { featureSpace, levelRanges } from '../features/space-shape.js';
import { meanScore } from '../learning/cross-fit.js';
import { runningLives } from '../learning/running-lives.js';
import type { LearntLives } from '../learning/trained-scorer.js';
import { ensembles } from '../learning/tree-shape.js';
import type { TreeEnsemble } from '../trees/tree.js';
import type { LifeErrors } from './life-interval.js';

/** What a remaining-life model has learnt. */
export interface LifeArtefact extends LearntLives {
  readonly kind: 'remaining-life';
  readonly version: 2;
  readonly ensembles: readonly TreeEnsemble[];
  readonly errors: readonly LifeErrors[];
  /** The longest life that it saw: it predicts none longer. */
  readonly longest: number;
}

const shape: z.ZodType<LifeArtefact> = z.strictObject({
  kind: z.literal('remaining-life'),
  version: z.literal(2),
  space: featureSpace,
  levels: levelRanges,
  ensembles,
  errors: z.array(z.strictObject({ upTo: z.number(), low: z.number(), high: z.number() })),
  longest: z.number(),
  running: runningLives,
});

export function readLifeArtefact(value: unknown): LifeArtefact | null {
  return shape.safeParse(value).data ?? null;
}

/** The remaining life of a machine with these columns, in the unit of its age. */
export function lifeOf(artefact: LifeArtefact, columns: Float64Array): number {
  return bounded(meanScore(artefact.ensembles, columns), artefact.longest);
}

export function bounded(life: number, longest: number): number {
  return Math.max(0, Math.min(longest, life));
}
