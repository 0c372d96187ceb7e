import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { zonedClock } from '../delivery/zoned-time.js';
import { PROGRAM_BUILT } from '../intake/own-time.js';
import { spanText } from '../replay/story/span-text.js';
import type { Site } from '../site/load-site.js';
import type { Check } from './examination.js';
import { failure, ok, warning } from './finding.js';

/** File systems and programs round. */
const AHEAD_MS = 60_000;

const SET_CLOCK = 'Set the clock, and have it kept: timedatectl set-ntp true';

/** The clock against what cannot be: times before this program was made, and files from the future. */
export const examineClock: Check = async ({ site, configuration, clock }, signal) => {
  const { timezone } = configuration;
  const now = clock.wall();
  const shown = `${new Date(now).toISOString().slice(0, 10)} ${zonedClock(now, timezone)} ${timezone}`;
  if (now < PROGRAM_BUILT) {
    return [failure('clock', `${shown}: that was before this program was made`, SET_CLOCK)];
  }
  const newest = await newestFile(site);
  if (newest !== null && newest.time > now + AHEAD_MS) {
    const span = spanText(newest.time - now);
    return [warning('clock', `${shown}: ${newest.path} was changed ${span} later than that`, SET_CLOCK)];
  }
  if ((await isSynchronised(signal)) === false) {
    return [
      warning(
        'clock',
        `${shown}: not synchronised by network`,
        'timedatectl set-ntp true, or install chrony.',
      ),
    ];
  }
  return [ok('clock', shown)];
};

async function newestFile({ folder, files }: Site): Promise<{ path: string; time: number } | null> {
  let newest: { path: string; time: number } | null = null;
  const { configuration, plan, tests } = files;
  for (const { path } of [...(configuration === null ? [] : [configuration]), ...plan, ...tests]) {
    const { mtimeMs } = await stat(join(folder, path));
    if (newest === null || mtimeMs > newest.time) newest = { path, time: mtimeMs };
  }
  return newest;
}

/** `null`: this computer has nothing that would know. */
function isSynchronised(signal: AbortSignal): Promise<boolean | null> {
  return new Promise((resolve) => {
    const args = ['show', '--property', 'NTPSynchronized', '--value'];
    execFile('timedatectl', args, { signal }, (error, stdout) => {
      resolve(error === null ? stdout.trim() === 'yes' : null);
    });
  });
}
