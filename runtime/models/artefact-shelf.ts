import { setImmediate } from 'node:timers/promises';
import type { ModelKind } from '../../models/model-kind.js';
import {
  type ArtefactDocument,
  artefactHash,
  artefactHashSlowly,
  readArtefactSlowly,
  readArtefactText,
} from './artefact-document.js';

/** An artefact that was read and is what its hash says. */
export class ShelvedArtefact {
  readonly #learnt = new Map<string, unknown>();

  constructor(
    readonly hash: string,
    readonly document: ArtefactDocument,
    /** As it is stored. */
    readonly text: string,
  ) {}

  /** For all scorers of a model the same object; `null`: it is of another kind, or of another version of it. */
  learntBy(kind: ModelKind): unknown {
    if (kind.source !== 'training' || kind.name !== this.document.kind) return null;
    if (!this.#learnt.has(kind.name)) this.#learnt.set(kind.name, kind.readArtefact(this.document.learnt));
    return this.#learnt.get(kind.name) ?? null;
  }
}

/**
 * The artefacts that plans of this process can cite. What is cited is put here before the plan is made, as files are read
 * and plans are not made at leisure. A hash names one content for ever: it does not matter who put it here.
 */
class ArtefactShelf {
  readonly #artefacts = new Map<string, ShelvedArtefact>();

  get(hash: string): ShelvedArtefact | null {
    return this.#artefacts.get(hash) ?? null;
  }

  /** Gives its hash; `null`: the text is no artefact. */
  put(text: string): string | null {
    const hash = artefactHash(text);
    if (this.#artefacts.has(hash)) return hash;
    return this.#shelve(hash, text, readArtefactText(text));
  }

  /** As `put`, without holding up who has something to do at once. */
  async putSlowly(text: string): Promise<string | null> {
    const hash = await artefactHashSlowly(text, setImmediate);
    if (this.#artefacts.has(hash)) return hash;
    return this.#shelve(hash, text, await readArtefactSlowly(text, setImmediate));
  }

  #shelve(hash: string, text: string, document: ArtefactDocument | null): string | null {
    if (document === null) return null;
    this.#artefacts.set(hash, new ShelvedArtefact(hash, document, text));
    return hash;
  }

  /** Of those that are not in force the newest stay: older versions of rules may go on for a while, and cite them. */
  keepOnly(inForce: ReadonlySet<string>): void {
    const others = [...this.#artefacts.keys()].filter((hash) => !inForce.has(hash));
    for (const hash of others.slice(0, Math.max(0, others.length - SPARE))) this.#artefacts.delete(hash);
  }
}

/** They are some MB each. */
const SPARE = 4;

export const ARTEFACTS = new ArtefactShelf();
