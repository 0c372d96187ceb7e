import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SiteLock, SiteLocked } from '../storage/site-lock.js';
import { writeDurably } from '../storage/write-durably.js';
import { sync } from './durable-files.js';

/** It was not restored, and nothing was changed; the message says why. */
export class CannotRestore extends Error {}

const movesShape = z.strictObject({
  format: z.literal(1),
  /** The backup, by the SHA-256 of its manifest. */
  backup: z.string(),
  dataFolder: z.string(),
  /** What is there and gets `.replaced` behind its name, with what SQLite keeps beside it. */
  aside: z.array(z.string()),
  /** What is beside its place, whole, and takes it. */
  placed: z.array(z.string()),
});

/** What is left of a restore once all files are copied: names change, and nothing else. Paths are whole ones. */
export type RestoreMoves = Omit<z.infer<typeof movesShape>, 'format'>;

/** In the folder of the site from the moment on when all is copied until all is in its place. */
const MOVES_FILE = 'restore-unfinished.json';

/** What SQLite keeps beside a file belongs to it: without its log a database would be an older one. */
export const SUFFIXES = ['', '-wal', '-shm'];

export const besideOf = (path: string) => `${path}.restoring`;

/**
 * Gives all files their places. It is written down first, so that whoever is interrupted, or its next start, does the rest:
 * a site is never left half as it was and half as it is to be.
 */
export async function carryOut(site: string, moves: RestoreMoves): Promise<void> {
  // What an earlier restore put aside makes room before, as what is moved must not be taken for it.
  for (const path of moves.aside) {
    for (const suffix of SUFFIXES) await rm(`${path}.replaced${suffix}`, { force: true });
  }
  await writeDurably(join(site, MOVES_FILE), JSON.stringify({ format: 1, ...moves }));
  await finish(site, moves);
}

/**
 * Does the rest of a restore that was interrupted. To be called before anything of the site is read.
 *
 * @returns what it was; `null`: there is none
 * @throws {CannotRestore} it goes on just now, or the service runs
 */
export async function finishRestore(site: string): Promise<RestoreMoves | null> {
  const path = join(site, MOVES_FILE);
  if (!existsSync(path)) return null;
  const { format: _, ...moves } = movesShape.parse(JSON.parse(await readFile(path, 'utf8')));
  const lock = lockedForRestore(moves.dataFolder, 'a restore of this site');
  try {
    await finish(site, moves);
  } finally {
    lock.release();
  }
  return moves;
}

/** @param who may have it @throws {CannotRestore} */
export function lockedForRestore(dataFolder: string, who: string): SiteLock {
  try {
    return SiteLock.take(dataFolder);
  } catch (error) {
    if (!(error instanceof SiteLocked)) throw error;
    throw new CannotRestore(`${who} is running (${error.message}): stop it first`, { cause: error });
  }
}

/** Doing so again changes nothing: what is not beside its place any more is in it. */
async function finish(site: string, { aside, placed }: RestoreMoves): Promise<void> {
  for (const path of aside) {
    if (!placed.includes(path) || existsSync(besideOf(path))) await putAside(path);
  }
  for (const path of placed) if (existsSync(besideOf(path))) await rename(besideOf(path), path);
  for (const folder of new Set([...aside, ...placed].map(dirname))) await sync(folder);
  await rm(join(site, MOVES_FILE));
  await sync(site);
}

async function putAside(path: string): Promise<void> {
  for (const suffix of SUFFIXES.toReversed()) {
    if (existsSync(path + suffix)) await rename(path + suffix, `${path}.replaced${suffix}`);
  }
}
