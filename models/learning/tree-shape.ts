import { z } from 'zod';
import type { Tree, TreeEnsemble } from '../trees/tree.js';

const numbers = z.array(z.number());

const tree: z.ZodType<Tree> = z.strictObject({
  column: numbers,
  threshold: numbers,
  left: numbers,
  missingLeft: numbers,
  value: numbers,
});

/** Trees as they stand in an artefact. */
export const ensembles: z.ZodType<TreeEnsemble[]> = z.array(
  z.strictObject({ start: z.number(), trees: z.array(tree) }),
);
