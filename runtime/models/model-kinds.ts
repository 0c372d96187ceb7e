import type { ModelKind } from '../../models/model-kind.js';
import type { SourceFile } from '../../rules/format/document.js';

let loaded: readonly ModelKind[] | null = null;

/** Is there a model among these files of a site? */
function hasModels(files: readonly Pick<SourceFile, 'path'>[]): boolean {
  return files.some(({ path }) => path.startsWith('models/'));
}

/** Loads the kinds of models before files are read that have one. Plans are made at once, and cannot wait for it. */
export async function modelKindsFor(files: readonly Pick<SourceFile, 'path'>[]): Promise<void> {
  if (loaded === null && hasModels(files)) loaded = (await import('./all-kinds.js')).ALL_KINDS;
}

/** By name; `null`: there is none, or no file that was read so far had a model. */
export function knownKind(name: string): ModelKind | null {
  return loaded?.find((kind) => kind.name === name) ?? null;
}

/** The kinds that these files may be of; none where there is no model. */
export function modelKindsOf(files: readonly Pick<SourceFile, 'path'>[]): readonly ModelKind[] {
  if (!hasModels(files)) return [];
  if (loaded === null) throw new Error('models are read before their kinds are loaded');
  return loaded;
}
