import { z } from 'zod';
import type { FeatureSpace } from './feature-space.js';
import type { LevelRange } from './signal-levels.js';

const numbers = z.array(z.number());
const mayMiss = z.boolean();

const encoding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), low: z.number(), high: z.number(), mayMiss }),
  z.strictObject({ kind: z.literal('text'), texts: z.array(z.string()), hasOthers: z.boolean(), mayMiss }),
  z.strictObject({ kind: z.literal('constant') }),
]);

const regimes = z.strictObject({
  setPoints: numbers,
  scales: numbers,
  centres: z.array(numbers),
  means: z.array(numbers),
  deviations: z.array(numbers),
});

/** A feature space as it stands in an artefact. */
export const featureSpace: z.ZodType<FeatureSpace> = z.strictObject({
  encoding: z.array(encoding),
  regimes: regimes.nullable(),
  plan: z.enum(['row', 'pairs', 'history']),
  index: z.strictObject({ centres: numbers, weights: numbers }).nullable(),
});

export const levelRanges: z.ZodType<LevelRange[]> = z.array(
  z.strictObject({ low: z.number(), high: z.number() }).nullable(),
);
