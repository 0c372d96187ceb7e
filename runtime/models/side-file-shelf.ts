import { createHash } from 'node:crypto';
import type { SourceFile } from '../../rules/format/document.js';
import { citedHashOf, citingText, isSideFile } from '../../rules/format/side-files.js';

/** Smaller ones stand in plans as they are. */
const INLINE_MAX = 64 * 1024;
/** Versions kept that nothing in force cites: of files that wait for others, such as their golden vectors. */
const WAITING_MAX = 8;

/**
 * What large files beside model files hold, by hash. Plans cite it, so that a change of a rule does not store megabytes
 * anew. A hash names one content for ever: it does not matter who put it here.
 */
export class SideFileShelf {
  /** In the order in which they were put here last. */
  readonly #texts = new Map<string, string>();

  /** The file as plans have it: with its text, or, of a large one, what cites that. */
  cited(file: SourceFile): SourceFile {
    if (file.text.length <= INLINE_MAX || !isSideFile(file)) return file;
    return { path: file.path, text: citingText(this.put(file.text), file.text.length) };
  }

  put(text: string): string {
    const hash = createHash('sha256').update(text).digest('hex');
    this.#texts.delete(hash);
    this.#texts.set(hash, text);
    return hash;
  }

  get(hash: string): string | null {
    return this.#texts.get(hash) ?? null;
  }

  /** What a file of a plan holds; `null`: it is cited, and not here. */
  textOf(file: SourceFile): string | null {
    const hash = citedHashOf(file);
    return hash === null ? file.text : this.get(hash);
  }

  /** All others go, but for those that were read lately. */
  keepOnly(hashes: ReadonlySet<string>): void {
    const others = [...this.#texts.keys()].filter((hash) => !hashes.has(hash));
    for (const hash of others.slice(0, -WAITING_MAX)) this.#texts.delete(hash);
  }
}

export const SIDE_FILES = new SideFileShelf();
