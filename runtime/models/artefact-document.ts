import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Metric } from '../../models/model-kind.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import { piecedText, readPieced, readPiecedSlowly } from './pieced-text.js';

/** What a training made of a model, as it is stored. The same data and seed give the same text. */
export interface ArtefactDocument {
  readonly format: 1;
  /** The id of the model. */
  readonly model: string;
  readonly kind: string;
  /** Of what it was made for; see `definitionOf`. */
  readonly definition: string;
  readonly features: readonly string[];
  /** What the keys of its kind said, every default applied. */
  readonly settings: unknown;
  readonly seed: number;
  readonly data: LearntFrom;
  /** On what was held out. The first is the one that versions are compared by. */
  readonly metrics: readonly ArtefactMetric[];
  /** The artefact of its kind. */
  readonly learnt: unknown;
}

/** What it learnt from. Times are epoch ms: its first and last row. */
export interface LearntFrom {
  readonly from: number;
  readonly until: number;
  readonly rows: number;
  readonly instances: number;
  readonly failures: number;
  readonly maintenances: number;
}

/** As `Metric`; `null`: it could not be told. */
export interface ArtefactMetric extends Omit<Metric, 'value'> {
  readonly value: number | null;
}

const count = z.int().min(0);
const shape: z.ZodType<ArtefactDocument> = z.strictObject({
  format: z.literal(1),
  model: z.string(),
  kind: z.string(),
  definition: z.string(),
  features: z.array(z.string()),
  settings: z.unknown(),
  seed: z.number(),
  data: z.strictObject({
    from: z.number(),
    until: z.number(),
    rows: count,
    instances: count,
    failures: count,
    maintenances: count,
  }),
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number().nullable(),
      baseline: z.number().nullable(),
      better: z.enum(['lower', 'higher']),
    }),
  ),
  learnt: z.unknown(),
});

export function artefactText(document: ArtefactDocument): string {
  return piecedText(document);
}

/** `null`: it is none, or one of another version of the program. */
export function readArtefactText(text: string): ArtefactDocument | null {
  try {
    return shape.safeParse(readPieced(text)).data ?? null;
  } catch {
    // No JSON: it was damaged, or cut.
    return null;
  }
}

/** The same, for the thread that evaluates: it takes some ms at a time, and lets others go on in between. */
export async function readArtefactSlowly(
  text: string,
  rest: () => Promise<unknown>,
): Promise<ArtefactDocument | null> {
  try {
    return shape.safeParse(await readPiecedSlowly(text, rest)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Names an artefact: two that have one hash are the same. */
export function artefactHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** So much takes about a millisecond. */
const HASHED_AT_ONCE = 128 * 1024;

/** The same, for the thread that evaluates: it takes a millisecond at a time, and lets others go on in between. */
export async function artefactHashSlowly(text: string, rest: () => Promise<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < text.length; ) {
    const until = from + HASHED_AT_ONCE;
    // What is two units of UTF-16 must not be parted.
    const end = isFirstOfTwo(text.charCodeAt(until - 1)) ? until + 1 : until;
    hash.update(text.slice(from, end));
    from = end;
    await rest();
  }
  return hash.digest('hex');
}

/** Of a surrogate pair. */
function isFirstOfTwo(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/**
 * What an artefact was made for: rows made in another way mean something else. Topics do not count: a machine that is
 * called otherwise wears out as before.
 */
export function definitionOf({
  kind,
  settings,
  features,
  lets,
  functions,
  everyMs,
}: Pick<ModelDeclaration, 'kind' | 'settings' | 'features' | 'lets' | 'functions' | 'everyMs'>): string {
  const text = JSON.stringify([kind, settings, features, lets, functions, everyMs]);
  return createHash('sha256').update(text).digest('base64url');
}
