import type { ModelDeclaration } from '../../rules/format/model-format.js';
import { definitionOf, readArtefactText } from './artefact-document.js';
import { staleFromOf } from './learnt-of.js';
import type { ModelStore } from './model-store.js';

/** What a model has learnt, for people. */
export interface ModelStanding {
  /** In force; `null`: none is. */
  readonly version: number | null;
  /** All that are kept, ascending. */
  readonly versions: readonly number[];
  /** Why what it has learnt is of no use; `null`: it is. */
  readonly problem: string | null;
}

/** @param now epoch ms */
export async function modelStanding(
  store: ModelStore,
  declaration: ModelDeclaration,
  now: number,
): Promise<ModelStanding> {
  const { id } = declaration;
  const versions = await store.versions(id);
  const active = await store.active(id);
  if (active === null) return { version: null, versions, problem: null };
  const { version, hash } = active;
  const stored = await store.read(id, version);
  const document = stored?.hash === hash ? readArtefactText(stored.text) : null;
  const problem =
    document === null
      ? `version ${version} is missing or damaged`
      : document.definition !== definitionOf(declaration)
        ? `version ${version} was made for another definition of the model: train it again`
        : now >= staleFromOf(declaration, document.data.until)
          ? `version ${version} is stale: it has seen nothing since ${new Date(document.data.until).toISOString()}`
          : null;
  return { version, versions, problem };
}
