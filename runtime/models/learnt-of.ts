import type { ModelKind } from '../../models/model-kind.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import type { Active } from './activation.js';
import { definitionOf } from './artefact-document.js';
import { ARTEFACTS } from './artefact-shelf.js';

/** What a model has learnt, as far as it can be used. */
export interface Learnt {
  /** Of its kind; `null`: it is not trained. */
  readonly artefact: unknown;
  /** From this time on it is made from data too old; `Infinity`: never. */
  readonly staleFrom: number;
  /** What tells it from other versions. */
  readonly identity: readonly unknown[];
}

const NOTHING: Learnt = { artefact: null, staleFrom: Number.POSITIVE_INFINITY, identity: [] };

/** How far back a training looks, and so how old what was learnt may be, where the model file does not say. */
export const HISTORY_MS = 30 * 86_400_000;

/** An artefact counts where it was made for what the model file says now. */
export function learntOf(
  kind: ModelKind,
  declaration: ModelDeclaration,
  active: Pick<Active, 'hash'> | undefined,
): Learnt {
  const shelved = active === undefined ? null : ARTEFACTS.get(active.hash);
  if (shelved === null || shelved.document.definition !== definitionOf(declaration)) return NOTHING;
  const artefact = shelved.learntBy(kind);
  if (artefact === null) return NOTHING;
  const staleFrom = staleFromOf(declaration, shelved.document.data.until);
  return { artefact, staleFrom, identity: [shelved.hash, Number.isFinite(staleFrom) ? staleFrom : null] };
}

/**
 * Who has a model trained again and again wants it to know what is usual now: it is stale when it has seen nothing of all
 * that a training would learn from now. Without a schedule it never is.
 */
export function staleFromOf({ train }: Pick<ModelDeclaration, 'train'>, until: number): number {
  return train.schedule === null ? Number.POSITIVE_INFINITY : until + (train.historyMs ?? HISTORY_MS);
}
