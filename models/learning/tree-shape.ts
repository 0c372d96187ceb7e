import { z } from 'zod';
import type { Tree, TreeEnsemble } from '../trees/tree.js';

const LISTS = ['column', 'threshold', 'left', 'missingLeft', 'value'] as const;

/** A schema would look at each of a hundred thousand numbers for as long as this takes for all: 40 ms instead of 2. */
function isTree(value: unknown): value is Tree {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== LISTS.length) return false;
  const lists: Partial<Record<(typeof LISTS)[number], unknown>> = value;
  return LISTS.every((name) => {
    const list = lists[name];
    return Array.isArray(list) && list.every((number) => typeof number === 'number');
  });
}

/** Trees as they stand in an artefact. */
export const ensembles: z.ZodType<TreeEnsemble[]> = z.array(
  z.strictObject({ start: z.number(), trees: z.array(z.custom<Tree>(isTree)) }),
);
