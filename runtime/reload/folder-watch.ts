import { type FSWatcher, watch } from 'node:fs';

/**
 * Tells that something happened in a folder, whatever it was. The system watches a folder, not a name: `renew` watches
 * what has the name now. Nothing here fails: where the system cannot watch (there is no such folder yet, there are too
 * many watches, it is a network drive) nothing is told, and only regular looks find what happened.
 */
export class FolderWatch {
  readonly #path: string;
  readonly #onEvent: () => void;
  #watcher: FSWatcher | null = null;

  constructor(path: string, onEvent: () => void) {
    this.#path = path;
    this.#onEvent = onEvent;
  }

  /** What happens from here on is told. */
  renew(): void {
    const old = this.#watcher;
    this.#watcher = this.#begin();
    old?.close();
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #begin(): FSWatcher | null {
    try {
      const watcher = watch(this.#path, { persistent: false }, this.#onEvent);
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }
}
