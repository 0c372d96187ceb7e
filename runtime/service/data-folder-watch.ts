import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../site/system-error.js';
import { STATE_FILE } from '../storage/state-database.js';
import type { SystemReporter } from './system-reporter.js';

/**
 * Notices that somebody has deleted or moved the database from under the running program: it goes on in a file without
 * a name, as the system lets it, and nobody would find out before the next start.
 */
export class DataFolderWatch {
  readonly #folder: string;
  readonly #system: Pick<SystemReporter, 'raise' | 'resolve'>;
  /** At the last look: a damaged file is gone for a moment while it is replaced. */
  #wasGone = false;

  constructor(folder: string, system: Pick<SystemReporter, 'raise' | 'resolve'>) {
    this.#folder = folder;
    this.#system = system;
  }

  async look(): Promise<void> {
    const path = join(this.#folder, STATE_FILE);
    const alert = { id: 'data-missing', labels: {} } as const;
    const wasGone = this.#wasGone;
    this.#wasGone = await isGone(path);
    if (this.#wasGone && wasGone) {
      const message = `${path} was deleted or moved while the service runs: rules and notices go on, but nothing of it is there after a restart. Put it back; if it is lost, restart the service, which begins anew`;
      this.#system.raise({ ...alert, message });
    } else if (!this.#wasGone) this.#system.resolve({ ...alert, message: `${path} is there again` });
  }
}

/** What cannot be looked at, as on a disk that fails, is not gone. */
async function isGone(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return isAbsent(error);
  }
}
