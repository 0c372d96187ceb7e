import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { HISTORY_FILE } from '../history/history-database.js';
import { damagedPath } from '../history/history-salvage.js';
import { dataFolderOf } from '../site/data-folder.js';
import { readSiteFiles } from '../site/site-files.js';
import { makeDataFolder } from '../storage/make-data-folder.js';
import { STATE_FILE } from '../storage/state-database.js';
import { type BackupManifest, BadBackup, DATA_FOLDER, readManifest, SITE_FOLDER } from './backup-manifest.js';
import { copyDurably, digestOf, sync } from './durable-files.js';
import {
  besideOf,
  CannotRestore,
  carryOut,
  finishRestore,
  lockedForRestore,
  SUFFIXES,
} from './restore-moves.js';

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

const DATABASES = [STATE_FILE, HISTORY_FILE];

/** A file of the backup, and where it belongs. */
interface Placed {
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
}

/**
 * Puts the files of a backup where they belong. All are copied beside their places first, and compared with what was
 * written: who is interrupted by then has changed nothing. Then each takes its place, as `carryOut` has it. If it is the
 * restore of this very backup that was interrupted then, that is done when the rest is.
 *
 * @throws {BadBackup} @throws {CannotRestore}
 */
export async function restoreBackup({ backup, site, isForced }: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(backup);
  const id = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  const finished = await finishRestore(site);
  if (finished?.backup === id) return { manifest, dataFolder: finished.dataFolder, replaced: finished.aside };
  const { configuration } = await readSiteFiles(join(backup, SITE_FOLDER));
  const dataFolder = dataFolderOf({ folder: site, configuration });
  const made = makeDataFolder(dataFolder);
  const lock = lockedForRestore(dataFolder, 'the service of this site');
  try {
    const placed = placesOf(manifest, { backup, site, dataFolder });
    const there = await inTheWay(placed, dataFolder);
    if (there.length > 0 && !isForced) {
      throw new CannotRestore(
        `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already: with --force what is there is put aside`,
      );
    }
    await copyBeside(placed);
    for (const folder of foldersOf(placed, [site, dataFolder])) await sync(folder);
    if (made !== undefined) await sync(dirname(made));
    await carryOut(site, {
      backup: id,
      dataFolder: resolve(dataFolder),
      aside: there.map((path) => resolve(path)),
      placed: placed.map(({ to }) => resolve(to)),
    });
    return { manifest, dataFolder, replaced: there };
  } finally {
    lock.release();
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
  const isThere = (path: string) => SUFFIXES.some((suffix) => existsSync(path + suffix));
  return [...found, ...databases.filter(isThere)];
}

async function copyBeside(placed: readonly Placed[]): Promise<void> {
  const clear = () => Promise.all(placed.map(({ to }) => rm(besideOf(to), { force: true })));
  try {
    for (const { from, to, sha256 } of placed) {
      const copied = await copyDurably(from, besideOf(to));
      if (copied.sha256 !== sha256) throw new BadBackup(`${from} is damaged: it is not what was written`);
    }
  } catch (error) {
    await clear();
    throw error;
  }
}

/** With those above them, as far as they may be new. */
function foldersOf(placed: readonly Placed[], roots: readonly string[]): Set<string> {
  const ends = roots.map((root) => resolve(root));
  const above = (folder: string): string[] =>
    ends.includes(folder) || folder === dirname(folder) ? [folder] : [folder, ...above(dirname(folder))];
  return new Set(placed.flatMap(({ to }) => above(dirname(resolve(to)))));
}
