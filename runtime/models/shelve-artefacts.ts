import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SourceFile } from '../../rules/format/document.js';
import { systemErrorText } from '../site/system-error.js';
import { ARTEFACT_PREFIX } from '../storage/artefact-rows.js';
import { ACTIVATION_FILE, citedHashes, readActivation } from './activation.js';
import { ARTEFACTS } from './artefact-shelf.js';
import { knownKind } from './model-kinds.js';
import { SIDE_FILES } from './side-file-shelf.js';

/**
 * Puts the artefacts that these files cite on the shelf, from the data folder, as far as they can be read: what cannot be
 * is an issue of the file that cites it.
 */
export async function shelveArtefacts(files: readonly SourceFile[], dataFolder: string): Promise<void> {
  const { active } = readActivation(files.find(({ path }) => path === ACTIVATION_FILE));
  for (const [model, { version, hash }] of active) {
    if (ARTEFACTS.get(hash) !== null) continue;
    try {
      const text = await readFile(join(dataFolder, 'models', model, `${version}.json`), 'utf8');
      await prepare(await ARTEFACTS.putSlowly(text));
    } catch (error) {
      if (systemErrorText(error) === null) throw error;
    }
  }
}

/** What its kind makes of it is worked out now: the plan that wants it is made in one go. */
async function prepare(hash: string | null): Promise<void> {
  const shelved = ARTEFACTS.get(hash ?? '');
  const kind = shelved === null ? null : knownKind(shelved.document.kind);
  if (shelved === null || kind === null) return;
  await setImmediate();
  shelved.learntBy(kind);
}

/**
 * Puts what is stored beside plans on its shelf: what models have learnt, and what large files beside them hold. What is
 * damaged is not what it is called, and stays away.
 */
export function shelveStored(artefacts: readonly Pick<SourceFile, 'text'>[]): void {
  for (const { text } of artefacts) if (ARTEFACTS.put(text) === null) SIDE_FILES.put(text);
}

/** All that these files do not cite goes. */
export function keepCited(files: readonly SourceFile[]): void {
  const hashes = citedHashes(files);
  ARTEFACTS.keepOnly(hashes);
  SIDE_FILES.keepOnly(hashes);
}

/** Those that are not stored yet. */
export function unstored(cited: readonly SourceFile[], stored: readonly SourceFile[]): SourceFile[] {
  return cited.filter(({ path }) => !stored.some((one) => one.path === path));
}

/** The artefacts that these files cite, as they are stored beside the journal. */
export function citedArtefacts(files: readonly SourceFile[]): SourceFile[] {
  return [...citedHashes(files)].flatMap((hash) => {
    const text = ARTEFACTS.get(hash)?.text ?? SIDE_FILES.get(hash);
    return text === null ? [] : [{ path: `${ARTEFACT_PREFIX}${hash}`, text }];
  });
}
