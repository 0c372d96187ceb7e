import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorText } from '../site/system-error.js';
import { makeDataFolder } from '../storage/make-data-folder.js';
import { SiteLock, SiteLocked } from '../storage/site-lock.js';

/** The data of the simulation before cannot be cleared away; the message says why. */
export class CannotClear extends Error {}

/** What every data folder has: a folder without it holds something else, and is left alone. */
const LOCK_FILE = 'lock.db';

/**
 * Empties the data folder of a simulation, so that it begins anew; the folder is made if it is not there.
 *
 * @throws {CannotClear} another simulation runs there, it is no data folder, or it cannot be written
 */
export function clearData(folder: string): void {
  try {
    makeDataFolder(folder);
    const names = readdirSync(folder);
    if (names.length > 0 && !names.includes(LOCK_FILE)) {
      throw new CannotClear(`${folder} is not the data of a simulation: move it away`);
    }
    const lock = SiteLock.take(folder);
    try {
      for (const name of names) if (name !== LOCK_FILE) rmSync(join(folder, name), { recursive: true });
      lock.forgetState();
    } finally {
      lock.release();
    }
  } catch (error) {
    throw explained(error, folder);
  }
}

function explained(error: unknown, folder: string): unknown {
  if (error instanceof SiteLocked) {
    const pid = error.pid === null ? '' : ` (pid ${error.pid})`;
    return new CannotClear(`a simulation of this site runs already${pid}: stop it first`);
  }
  const reason = systemErrorText(error);
  return reason === null ? error : new CannotClear(`cannot clear ${folder}: ${reason}`, { cause: error });
}
