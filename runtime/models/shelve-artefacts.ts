import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../../rules/format/document.js';
import { systemErrorText } from '../site/system-error.js';
import { ARTEFACT_PREFIX } from '../storage/artefact-rows.js';
import { ACTIVATION_FILE, readActivation } from './activation.js';
import { ARTEFACTS } from './artefact-shelf.js';

/**
 * Puts the artefacts that these files cite on the shelf, from the data folder, as far as they can be read: what cannot be
 * is an issue of the file that cites it.
 */
export async function shelveArtefacts(files: readonly SourceFile[], dataFolder: string): Promise<void> {
  const { active } = readActivation(files.find(({ path }) => path === ACTIVATION_FILE));
  for (const [model, { version, hash }] of active) {
    if (ARTEFACTS.get(hash) !== null) continue;
    try {
      ARTEFACTS.put(await readFile(join(dataFolder, 'models', model, `${version}.json`), 'utf8'));
    } catch (error) {
      if (systemErrorText(error) === null) throw error;
    }
  }
}

/** Puts stored artefacts on the shelf; what is damaged is not what it is called, and stays away. */
export function shelveStored(artefacts: readonly SourceFile[]): void {
  for (const { text } of artefacts) ARTEFACTS.put(text);
}

/** Those that are not stored yet. */
export function unstored(cited: readonly SourceFile[], stored: readonly SourceFile[]): SourceFile[] {
  return cited.filter(({ path }) => !stored.some((one) => one.path === path));
}

/** The artefacts that these files cite, as they are stored beside the journal. */
export function citedArtefacts(files: readonly SourceFile[]): SourceFile[] {
  const { active } = readActivation(files.find(({ path }) => path === ACTIVATION_FILE));
  return [...new Set([...active.values()].map(({ hash }) => hash))].flatMap((hash) => {
    const shelved = ARTEFACTS.get(hash);
    return shelved === null ? [] : [{ path: `${ARTEFACT_PREFIX}${hash}`, text: shelved.text }];
  });
}
