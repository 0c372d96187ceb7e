import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const MANIFEST_FILE = 'backup.json';

/** In a backup the files of the site are below this folder, and the databases below the other one. */
export const SITE_FOLDER = 'site';
export const DATA_FOLDER = 'data';

const manifestShape = z.strictObject({
  format: z.literal(1),
  /** The version that wrote it. */
  program: z.string(),
  gateway: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  /** Paths are from the folder of the backup: `site/rules/press.json`, `data/state.db`. */
  files: z.array(
    z.strictObject({
      // Nothing outside of the backup, and nothing outside of the site, is named by it.
      path: z.string().regex(/^(site|data)(\/(?!\.\.?(\/|$))[^/\\\0]+)+$/),
      bytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a backup holds; written last. */
export type BackupManifest = z.infer<typeof manifestShape>;

/** There is no backup, or not a whole one; the message says why. */
export class BadBackup extends Error {}

/** @throws {BadBackup} */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch((error: unknown) => {
    throw new BadBackup(`${folder} is no backup: it has no file ${MANIFEST_FILE}`, { cause: error });
  });
  const read = manifestShape.safeParse(parsed(text));
  if (read.success) return read.data;
  throw new BadBackup(`${join(folder, MANIFEST_FILE)} is not one that this version of the program can read`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
