import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { Database } from '../../../runtime/storage/database.js';
import { backupOf, STATE_FILE } from '../../../runtime/storage/state-database.js';
import { seededRandom } from '../../seeded-random.js';
import { explore } from './explore.js';
import type { FolderContent } from './file-operation.js';
import { HistoryCrashes, HistorySalvageCrashes } from './history-crashes.js';
import { readFolder, scratchFolder, writeFolder } from './recording.js';
import { SalvageCrashes, spoilt } from './salvage-crashes.js';
import { StoryCrashes } from './story-crashes.js';

export interface Simulation {
  readonly seed: number;
  /** How much there is to do before and between crashes. */
  readonly steps: number;
  /** How many crashes of a first run are tried; of each of the others a part. */
  readonly crashes: number;
}

/** A ledger: from its first start on, from a crash on, and on a damaged file. @returns how many crashes were tried */
export async function simulateLedger({ seed, steps, crashes }: Simulation): Promise<number> {
  const first = await StoryCrashes.record(scratchFolder(), { seed, steps });
  let left: { readonly steps: number; readonly left: FolderContent } | null = null;
  const check: typeof first.check = (disk, crash) => {
    const found = first.check(disk, crash);
    // About half way, so that there is something before and behind it.
    if (found.steps < steps / 2) left = found;
    return found;
  };
  let tried = explore({ recording: first.recording, check }, { seed, crashes });
  const { steps: from, left: initial } = left ?? { steps: 0, left: new Map() };
  const second = await StoryCrashes.record(scratchFolder(), { seed, steps, from, initial });
  tried += explore(second, { seed, crashes: Math.ceil(crashes / 2) });
  return tried + (await onDamagedFile(first, { seed, crashes }));
}

/** A ledger on a damaged file alone. @returns how many crashes were tried */
export async function simulateSalvage({ seed, steps, crashes }: Simulation): Promise<number> {
  const first = await StoryCrashes.record(scratchFolder(), { seed, steps });
  return onDamagedFile(first, { seed, crashes });
}

async function onDamagedFile(
  first: StoryCrashes,
  { seed, crashes }: Omit<Simulation, 'steps'>,
): Promise<number> {
  const random = seededRandom(seed);
  const killed = first.killedAt(Math.floor((0.5 + random() / 2) * first.recording.operations.length));
  const salvage = await SalvageCrashes.record(scratchFolder(), spoilt(killed, 'state.db', random));
  return explore(salvage, { seed, crashes: Math.ceil(crashes / 2) });
}

/** The first start of this version on a database of the one before. @returns how many crashes were tried */
export async function simulateMigration({ seed, steps, crashes }: Simulation): Promise<number> {
  const first = await StoryCrashes.record(scratchFolder(), { seed, steps });
  const folder = join(scratchFolder(), 'earlier');
  writeFolder(folder, first.killedAt(first.recording.operations.length));
  const db = new Database(join(folder, STATE_FILE));
  db.execute("DROP TABLE marks; PRAGMA user_version = 1; UPDATE meta SET value = '1' WHERE key = 'version'");
  db.close();
  const migration = await SalvageCrashes.record(scratchFolder(), readFolder(folder));
  expect(migration.told).toEqual([]);
  expect(migration.recording.operations).toContainEqual({
    kind: 'create',
    name: basename(backupOf(STATE_FILE)),
  });
  return explore(migration, { seed, crashes });
}

/** Journal and history together: from the first start on, and on a damaged file. @returns how many crashes were tried */
export async function simulateHistory({ seed, steps, crashes }: Simulation): Promise<number> {
  const history = await HistoryCrashes.record(scratchFolder(), seed, steps);
  const tried = explore(history, { seed, crashes });
  const killed = history.killedAt(history.recording.operations.length);
  const damaged = spoilt(killed, 'history.db', seededRandom(seed));
  const salvage = await HistorySalvageCrashes.record(scratchFolder(), damaged);
  return tried + explore(salvage, { seed, crashes: Math.ceil(crashes / 2) });
}
