import { z } from 'zod';
import { Document, type SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { child, headOf } from '../../rules/format/json-tree.js';
import { citedHashOf } from '../../rules/format/side-files.js';
import { ARTEFACTS } from './artefact-shelf.js';

/**
 * Says which version of each model is in force: a file of the data folder, that counts as one of those that say what is
 * evaluated. Plans of the journal cite artefacts by it. The path is its name wherever the data folder is.
 */
export const ACTIVATION_FILE = 'data/models/activation.json';

/** Example: `{ "version": 3, "hash": "9f2c…", "before": [2, 1] }` */
export interface Active {
  readonly version: number;
  /** Of the artefact. */
  readonly hash: string;
  /** What was in force before it, the latest first. */
  readonly before: readonly number[];
}

const active = z.strictObject({
  version: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  before: z.array(z.int().min(1)),
});
export const activationShape = z.record(z.string(), active);

export interface Activation {
  /** By the id of the model. */
  readonly active: ReadonlyMap<string, Active>;
  readonly issues: readonly Issue[];
}

export const NOTHING_ACTIVE: Activation = { active: new Map(), issues: [] };

/** Reads which artefacts are in force; one that is not on the shelf is an issue. */
export function readActivation(file: SourceFile | undefined): Activation {
  if (file === undefined) return NOTHING_ACTIVE;
  const document = new Document(file);
  const { root } = document;
  const read = root === null ? null : document.read(root, activationShape);
  const entries = Object.entries(read ?? {});
  for (const [id, { version, hash }] of entries) {
    if (ARTEFACTS.get(hash) !== null || root?.kind !== 'object') continue;
    const place = child(root, id);
    if (place === undefined) continue;
    document.report(headOf(place), {
      code: 'unreadable-artefact',
      message: `Version ${version} of the model "${id}" is missing or damaged.`,
      hint: `Activate another one: tocsin models activate ${id} VERSION; or train it again.`,
    });
  }
  return { active: new Map(entries), issues: document.issues };
}

/** The hashes that files of a plan cite: of what models have learnt, and of what large files beside them hold. */
export function citedHashes(files: readonly SourceFile[]): Set<string> {
  const { active } = readActivation(files.find(({ path }) => path === ACTIVATION_FILE));
  const sides = files.map(citedHashOf).filter((hash) => hash !== null);
  return new Set([...[...active.values()].map(({ hash }) => hash), ...sides]);
}
