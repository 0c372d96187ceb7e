import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HISTORY_FILE } from '../history/history-database.js';
import { damagedPath } from '../history/history-salvage.js';
import { dataFolderOf } from '../site/data-folder.js';
import { readSiteFiles } from '../site/site-files.js';
import { SiteLock, SiteLocked } from '../storage/site-lock.js';
import { STATE_FILE } from '../storage/state-database.js';
import { type BackupManifest, BadBackup, DATA_FOLDER, readManifest, SITE_FOLDER } from './backup-manifest.js';
import { copyDurably, digestOf, sync } from './durable-files.js';

export interface RestoreOptions {
  /** The folder of the backup. */
  readonly backup: string;
  /** That of the site, which is made if it is not there. */
  readonly site: string;
  /** What is there is put aside. */
  readonly isForced: boolean;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly dataFolder: string;
  /** Paths of files that were there, and have `.replaced` behind their names now. */
  readonly replaced: readonly string[];
}

/** It was not restored, and nothing was changed; the message says why. */
export class CannotRestore extends Error {}

const DATABASES = [STATE_FILE, HISTORY_FILE];
/** What SQLite keeps beside a file belongs to it. */
const SUFFIXES = ['', '-wal', '-shm'];

/** A file of the backup, and where it belongs. */
interface Placed {
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
}

/**
 * Puts the files of a backup where they belong. All are copied beside their places first, and compared with what was
 * written; then each takes its place. `state.db` is the last: whoever was interrupted begins again.
 *
 * @throws {BadBackup} @throws {CannotRestore}
 */
export async function restoreBackup({ backup, site, isForced }: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(backup);
  const { configuration } = await readSiteFiles(join(backup, SITE_FOLDER));
  const dataFolder = dataFolderOf({ folder: site, configuration });
  await mkdir(dataFolder, { recursive: true });
  const lock = locked(dataFolder);
  try {
    const placed = placesOf(manifest, { backup, site, dataFolder });
    const there = await inTheWay(placed, dataFolder);
    if (there.length > 0 && !isForced) {
      throw new CannotRestore(
        `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already: with --force what is there is put aside`,
      );
    }
    await copyBeside(placed);
    for (const path of there) await putAside(path);
    for (const { to } of placed) await rename(beside(to), to);
    for (const folder of new Set(placed.map(({ to }) => dirname(to)))) await sync(folder);
    return { manifest, dataFolder, replaced: there };
  } finally {
    lock.release();
  }
}

function locked(dataFolder: string): SiteLock {
  try {
    return SiteLock.take(dataFolder);
  } catch (error) {
    if (!(error instanceof SiteLocked)) throw error;
    throw new CannotRestore(`the service of this site is running (${error.message}): stop it first`, {
      cause: error,
    });
  }
}

/** `state.db` is the last. */
function placesOf(
  { files }: BackupManifest,
  {
    backup,
    site,
    dataFolder,
  }: { readonly backup: string; readonly site: string; readonly dataFolder: string },
): Placed[] {
  const placed = files.map(({ path, sha256 }) => {
    const [kind, ...rest] = path.split('/');
    const to = join(kind === DATA_FOLDER ? dataFolder : site, ...rest);
    return { from: join(backup, path), to, sha256 };
  });
  const isState = ({ to }: Placed) => to === join(dataFolder, STATE_FILE);
  return [...placed.filter((one) => !isState(one)), ...placed.filter(isState)];
}

/** Databases, those that are not in the backup too, as they would not fit; and files of the site that are not the same. */
async function inTheWay(placed: readonly Placed[], dataFolder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { to, sha256 } of placed) {
    if (dirname(to) === dataFolder && DATABASES.includes(basename(to))) continue;
    if (existsSync(to) && (await digestOf(to)).sha256 !== sha256) found.push(to);
  }
  const history = join(dataFolder, HISTORY_FILE);
  const databases = [damagedPath(history), ...DATABASES.toReversed().map((name) => join(dataFolder, name))];
  return [...found, ...databases.filter((path) => existsSync(path))];
}

async function copyBeside(placed: readonly Placed[]): Promise<void> {
  const clear = () => Promise.all(placed.map(({ to }) => rm(beside(to), { force: true })));
  try {
    for (const { from, to, sha256 } of placed) {
      const copied = await copyDurably(from, beside(to));
      if (copied.sha256 !== sha256) throw new BadBackup(`${from} is damaged: it is not what was written`);
    }
  } catch (error) {
    await clear();
    throw error;
  }
}

/** With what belongs to it: without its log a database would be an older one. */
async function putAside(path: string): Promise<void> {
  for (const suffix of SUFFIXES.toReversed()) {
    await rm(`${path}.replaced${suffix}`, { force: true });
    if (existsSync(path + suffix)) await rename(path + suffix, `${path}.replaced${suffix}`);
  }
}

function beside(path: string): string {
  return `${path}.restoring`;
}
