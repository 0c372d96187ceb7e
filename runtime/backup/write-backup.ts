import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { HISTORY_FILE } from '../history/history-database.js';
import { resumeIn } from '../history/history-store.js';
import type { JobContext } from '../jobs/job-contract.js';
import { JobRefused } from '../jobs/job-error.js';
import { SIMULATION_FOLDER } from '../simulation/simulated-configuration.js';
import { systemErrorText } from '../site/system-error.js';
import { Database, databaseFailure } from '../storage/database.js';
import { STATE_FILE } from '../storage/state-database.js';
import { type BackupManifest, DATA_FOLDER, MANIFEST_FILE, SITE_FOLDER } from './backup-manifest.js';
import { copyDurably, digestOf, sync, syncFolders } from './durable-files.js';

export interface BackupInput {
  /** Where it is written to; nothing is there. */
  readonly target: string;
  readonly siteFolder: string;
  /** Files of the site, from its folder. */
  readonly siteFiles: readonly string[];
  readonly dataFolder: string;
  readonly withHistory: boolean;
  readonly gateway: string;
  readonly program: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Of what is copied, in bytes. */
export interface BackupProgress {
  readonly done: number;
  readonly all: number;
}

const BUSY_MS = 5_000;
/** Left to others on the disk of the backup. */
const FREE_BYTES_MIN = 16 * 1024 * 1024;

/**
 * Writes a backup of a site while its service runs, or without it: both databases as they were at one moment, and the files
 * that people write. It has its name only when it is whole, on the disk, and was read again.
 *
 * @throws {JobRefused} it cannot be written, or what it is to hold cannot be read
 */
export async function writeBackup(
  input: BackupInput,
  { report }: JobContext<BackupProgress>,
): Promise<BackupManifest> {
  const { target } = input;
  let aside: string | null = null;
  try {
    await mkdir(dirname(target), { recursive: true });
    aside = await mkdtemp(`${target}.partial-`);
    await copyDatabases(aside, input, report);
    const files = [...(await copySite(aside, input)), ...(await copyDocuments(aside, input))];
    for (const path of await checkDatabases(aside)) {
      files.push({ path, ...(await digestOf(join(aside, path))) });
    }
    const { program, gateway, now } = input;
    const manifest: BackupManifest = { format: 1, program, gateway, createdAt: now, files };
    await writeFile(join(aside, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await sync(join(aside, MANIFEST_FILE));
    await syncFolders(aside);
    if (existsSync(target)) throw new JobRefused('exists', `${target} is there by now`);
    await rename(aside, target);
    await sync(dirname(target));
    return manifest;
  } catch (error) {
    if (aside !== null) await rm(aside, { recursive: true, force: true });
    throw explained(error, target);
  }
}

async function copyDatabases(
  aside: string,
  { dataFolder, withHistory }: BackupInput,
  report: (progress: BackupProgress) => void,
): Promise<void> {
  await mkdir(join(aside, DATA_FOLDER));
  const held = holdDatabases(dataFolder, withHistory);
  try {
    const all = held.reduce((sum, { bytes }) => sum + bytes, 0);
    const { bavail, bsize } = await statfs(aside);
    if (bavail * bsize < all + FREE_BYTES_MIN) {
      throw new JobRefused('full', `there is no room for ${Math.ceil(all / 1e6)} MB`);
    }
    let before = 0;
    for (const { name, db, bytes, pageBytes } of held) {
      const path = join(aside, DATA_FOLDER, name);
      await db.copyTo(path, (left) => report({ done: before + bytes - left * pageBytes, all }));
      await sync(path);
      before += bytes;
    }
  } finally {
    for (const { db } of held) db.close();
  }
}

interface Held {
  readonly name: string;
  readonly db: Database;
  readonly bytes: number;
  readonly pageBytes: number;
}

/** They are looked at within a moment; should the journal have been cut in it, they are looked at again. */
const TRIES = 5;

/**
 * Both databases as they are at one moment, however long it takes to read them. History first: what it lacks, the journal
 * has. The other way round it would hold readings of a future that the restored journal does not lead to.
 */
function holdDatabases(dataFolder: string, withHistory: boolean): Held[] {
  for (let tries = 1; ; tries++) {
    const history = withHistory ? hold(dataFolder, HISTORY_FILE) : null;
    const state = hold(dataFolder, STATE_FILE);
    const held = [history, state].filter((one) => one !== null);
    if (history === null || state === null || fitTogether(history.db, state.db) || tries === TRIES)
      return held;
    for (const { db } of held) db.close();
  }
}

/** `null`: there is no such file. */
function hold(folder: string, name: string): Held | null {
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  const db = new Database(path, { isReadonly: true, busyMs: BUSY_MS });
  db.run('BEGIN');
  // The transaction begins with the first look.
  db.get('SELECT count(*) FROM sqlite_schema');
  const pageBytes = Number(db.pragma('page_size'));
  return { name, db, bytes: Number(db.pragma('page_count')) * pageBytes, pageBytes };
}

/** The journal begins before history ends. Where nothing is kept in history, it never does. */
function fitTogether(history: Database, state: Database): boolean {
  const first =
    state.get<{ number: number | null }>('SELECT min(number) AS number FROM journal')?.number ?? 1;
  return first <= resumeIn(history);
}

async function copySite(
  aside: string,
  { siteFolder, siteFiles }: BackupInput,
): Promise<BackupManifest['files']> {
  const files: BackupManifest['files'] = [];
  for (const file of siteFiles) {
    const path = `${SITE_FOLDER}/${file}`;
    files.push({ path, ...(await copyDurably(join(siteFolder, file), join(aside, path))) });
  }
  return files;
}

/** What is kept as JSON beside the databases, such as what models have learnt. A simulation has a folder of its own there. */
async function copyDocuments(aside: string, { dataFolder }: BackupInput): Promise<BackupManifest['files']> {
  const files: BackupManifest['files'] = [];
  const names = existsSync(dataFolder) ? await readdir(dataFolder, { recursive: true }) : [];
  for (const name of names.sort()) {
    const parts = name.split(sep);
    if (!name.endsWith('.json') || parts[0] === SIMULATION_FOLDER) continue;
    const path = [DATA_FOLDER, ...parts].join('/');
    files.push({ path, ...(await copyDurably(join(dataFolder, name), join(aside, path))) });
  }
  return files;
}

/** Reads the copies from the disk. @returns their paths in the backup */
async function checkDatabases(aside: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of [STATE_FILE, HISTORY_FILE]) {
    const path = join(aside, DATA_FOLDER, name);
    if (!existsSync(path)) continue;
    const db = new Database(path);
    try {
      const answer = String(db.pragma(name === STATE_FILE ? 'integrity_check(1)' : 'quick_check(1)'));
      if (answer !== 'ok') throw new JobRefused('damaged', `${name} is damaged: ${answer}`);
    } finally {
      // Closing it removes the files beside it.
      db.close();
    }
    found.push(`${DATA_FOLDER}/${name}`);
  }
  return found;
}

function explained(error: unknown, target: string): unknown {
  if (error instanceof JobRefused) return error;
  const text = systemErrorText(error);
  if (text !== null) return new JobRefused('unwritable', `cannot write ${basename(target)}: ${text}`);
  const failure = databaseFailure(error);
  if (failure === null) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const cure = failure === 'damaged' ? '; `tocsin start` sets it aside and recovers what it can' : '';
  return new JobRefused('unreadable', `a database cannot be copied: ${reason}${cure}`);
}
