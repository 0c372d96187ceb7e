import { open, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isReadOnly, READ_ONLY_HINT, systemErrorText } from '../site/system-error.js';
import type { Check } from './examination.js';
import { type Finding, failure, ok, warning } from './finding.js';

const MB = 1024 * 1024;
/** With less the journal soon has no room. */
const FREE_MIN = 100 * MB;
const FREE_ENOUGH = 1024 * MB;
/** Slower than this, and devices that wait for each acknowledgement notice. */
const SYNC_MS_MAX = 50;
const SYNCS = 5;

/** File systems that lose or lock things otherwise than a disk does, by the numbers of statfs(2). */
const UNFIT: Readonly<Record<number, string>> = {
  16914836: 'a file system in memory: it is empty after a restart of the computer',
  2240043254: 'a file system in memory: it is empty after a restart of the computer',
  26985: 'a network file system (NFS): its locks are not to be relied on',
  4283649346: 'a network file system (CIFS): its locks are not to be relied on',
  4266872130: 'a network file system (SMB): its locks are not to be relied on',
};

/** Where the program writes: whether it may, how much room there is, and how fast it gets onto the disk. */
export const examineFolders: Check = async ({ site, configuration }) => {
  const shown = (folder: string) => (isAbsolute(folder) ? folder : join(site.folder, folder));
  const data = await examineFolder('data', shown(configuration.dataFolder));
  const { mail } = configuration;
  if (mail?.kind !== 'folder') return [data];
  return [data, await examineFolder('mail', shown(mail.folder))];
};

async function examineFolder(about: string, shown: string): Promise<Finding> {
  try {
    const { existing, isThere } = await nearest(resolve(shown));
    const syncMs = await syncTime(existing);
    const { type, bavail, bsize } = await statfs(existing);
    return verdict(about, {
      shown: isThere ? shown : `${shown} (to be made)`,
      syncMs,
      free: bavail * bsize,
      unfit: UNFIT[type] ?? null,
    });
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    const hint = isReadOnly(resolve(shown))
      ? `${READ_ONLY_HINT[0]?.toUpperCase()}${READ_ONLY_HINT.slice(1)}.`
      : 'Let the user that runs tocsin write there.';
    return failure(about, `${shown}: ${reason}`, hint);
  }
}

interface Measured {
  readonly shown: string;
  readonly syncMs: number;
  /** Bytes. */
  readonly free: number;
  readonly unfit: string | null;
}

function verdict(about: string, { shown, syncMs, free, unfit }: Measured): Finding {
  const gigabytes = `${(free / 1024 / MB).toFixed(1)} GB free`;
  const words = `${shown}: ${gigabytes}, a write takes ${syncMs.toFixed(1)} ms`;
  if (free < FREE_MIN) return failure(about, words, 'Make room on the disk.');
  if (unfit !== null) return warning(about, `${shown} is on ${unfit}`, 'Put it on a disk of this computer.');
  if (free < FREE_ENOUGH) return warning(about, words, 'Make room on the disk soon.');
  if (syncMs > SYNC_MS_MAX) {
    return warning(about, words, 'A slow disk: messages are acknowledged only when they are on it.');
  }
  return ok(about, words);
}

/** The folder itself, or the one in which it would be made. */
async function nearest(folder: string): Promise<{ existing: string; isThere: boolean }> {
  for (let existing = folder; ; existing = dirname(existing)) {
    try {
      await stat(existing);
      return { existing, isThere: existing === folder };
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing || dirname(existing) === existing) throw error;
    }
  }
}

/** The median time that it takes to write a block and have it on the disk, in ms. */
async function syncTime(folder: string): Promise<number> {
  const path = join(folder, `.tocsin-doctor-${process.pid}`);
  const file = await open(path, 'wx', 0o600);
  try {
    const times: number[] = [];
    for (let round = 0; round < SYNCS; round += 1) {
      const start = performance.now();
      await file.write(Buffer.alloc(4096, round));
      await file.datasync();
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)] ?? 0;
  } finally {
    await file.close();
    await unlink(path);
  }
}
