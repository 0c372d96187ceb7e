import type { Ledger } from '../storage/ledger.js';

type FileChange = Parameters<Ledger['files']>[0][number];

/**
 * Keeps the last good version of each file of the site where a restart finds it. Files count at once, also while the disk
 * takes nothing: what could not be stored then is stored later, with what has changed since.
 */
export class LastGoodFiles {
  readonly #ledger: Pick<Ledger, 'files'>;
  /** Not stored for sure, by path. */
  readonly #open = new Map<string, FileChange>();

  constructor(ledger: Pick<Ledger, 'files'>) {
    this.#ledger = ledger;
  }

  change(changes: readonly FileChange[]): void {
    for (const change of changes) this.#open.set(change.path, change);
    this.store();
  }

  /** Tries to store what is not stored yet. */
  store(): void {
    const open = [...this.#open.values()];
    if (open.length === 0) return;
    this.#ledger.files(open).then(
      () => {
        for (const change of open) if (this.#open.get(change.path) === change) this.#open.delete(change.path);
      },
      () => undefined, // the ledger itself says that the disk takes nothing, and when it does again
    );
  }
}
