/**
 * Trainings that are killed leave nothing behind. Method: the built program trains a model for some seconds, by command and by
 * its schedule, and is killed meanwhile: its job, itself, both. A version is in force before, and is after; then it trains.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WEAR_MODEL, wearLabels, wearMessages } from '../../bench/service/training-site.js';
import { childrenOf } from '../../faults/harness/process-usage.js';
import { temporarySite } from '../temporary-site.js';

const MAIN = resolve('dist/program/main.js');
const DAY = 86_400_000;
const START = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;
const PATIENCE = { timeout: 120_000, interval: 50 };
/** Of the rows: enough to be killed in the midst of. */
const SHARE = 0.3;

const site = (train: object) =>
  temporarySite({
    'tocsin.json': { mqtt: { embedded: { port: 0 } } },
    'models/wear.json': { ...WEAR_MODEL, train },
    'labels/failures.csv': wearLabels(SHARE, START),
    'wear.ndjson': Array.from(wearMessages(SHARE, START), (one) => `${JSON.stringify(one)}\n`).join(''),
  });

/** The leader of a process group of its own, as a terminal makes one of each command. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe', detached: true });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, said, ended };
}

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('it was not started');
  return pid;
};

/** The process that trains, when it has begun to: it holds the lock of the models. */
function jobOf(child: ChildProcess): Promise<number> {
  return vi.waitFor(() => {
    const [job] = childrenOf(pidOf(child));
    if (job === undefined) throw new Error('no job yet');
    expect(readFileSync(`/proc/${job}/cmdline`, 'utf8')).toContain('job.js');
    return job;
  }, PATIENCE);
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const gone = (pid: number) => vi.waitFor(() => expect(isThere(pid)).toBe(false), PATIENCE);

/** All files of models, and which version is in force. */
function stored(folder: string): readonly string[] {
  const models = join(folder, 'data', 'models');
  const files = readdirSync(models, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.includes('lock'),
  );
  return [...files.sort(), readFileSync(join(models, 'activation.json'), 'utf8')];
}

async function trained(folder: string, ...more: readonly string[]) {
  const { code, out, err } = await start('train', 'wear', '--site', folder, '--json', ...more).ended;
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

const killBoth = (child: ChildProcess) => process.kill(-pidOf(child), 'SIGINT');

test.each<[string, (child: ChildProcess, job: number) => void, object, RegExp]>([
  ['the job, as when memory runs out', (_, job) => process.kill(job, 'SIGKILL'), { code: 3 }, /SIGKILL/],
  ['the command, suddenly', (child) => child.kill('SIGKILL'), { signal: 'SIGKILL' }, /^$/],
  ['the command, by SIGTERM', (child) => child.kill('SIGTERM'), { code: 3 }, /stopped; nothing has changed/],
  ['both, by Ctrl-C', killBoth, { code: 3 }, /stopped; nothing has changed/],
])('a training by command is killed: %s', { timeout: 300_000 }, async (_, kill, end, message) => {
  const folder = site({});
  const input = ['--input', join(folder, 'wear.ndjson')];
  expect(await trained(folder, ...input)).toMatchObject({ version: 1, isActive: true });
  const before = stored(folder);
  const { child, ended } = start('train', 'wear', '--site', folder, '--seed', '7', ...input);
  const job = await jobOf(child);
  await vi.waitFor(() => expect(cpuTicks(job)).toBeGreaterThan(100), PATIENCE);
  kill(child, job);
  const result = await ended;
  expect(result).toMatchObject(end);
  expect(result.err).toMatch(message);
  await gone(job);
  expect(stored(folder)).toEqual(before);
  expect(await trained(folder, ...input, '--seed', '7', '--force')).toMatchObject({ version: 2 });
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'the service is killed while it trains by schedule: %s',
  { timeout: 600_000 },
  async (signal) => {
    const folder = site({ history: '20d', schedule: '* * * * *' });
    const imported = await start('import', join(folder, 'wear.ndjson'), '--site', folder).ended;
    expect(imported.code, imported.err).toBe(0);
    expect(await trained(folder)).toMatchObject({ version: 1, isActive: true });
    // Something else to learn: the last machine is said to have been repaired.
    const labels = join(folder, 'labels', 'failures.csv');
    writeFileSync(labels, readFileSync(labels, 'utf8').replace(/failure\n$/, 'maintenance\n'));
    const before = stored(folder);
    const { child, ended, said } = start('start', '--site', folder);
    await vi.waitFor(() => expect(said.out, said.err).toContain('ready'), PATIENCE);
    const job = await vi.waitFor(() => {
      const found = childrenOf(pidOf(child)).find((pid) => cpuTicks(pid) > 100);
      if (found === undefined) throw new Error('no training yet');
      return found;
    }, PATIENCE);
    child.kill(signal);
    expect(await ended).toMatchObject(signal === 'SIGKILL' ? { signal } : { code: 0 });
    await gone(job);
    expect(stored(folder)).toEqual(before);
    const next = start('start', '--site', folder);
    await vi.waitFor(() => expect(next.said.out, next.said.err).toContain('ready'), PATIENCE);
    const { out } = await start('models', 'show', 'wear', '--site', folder, '--json').ended;
    expect(JSON.parse(out)).toMatchObject({ version: 1, problem: null });
    next.child.kill('SIGTERM');
    expect(await next.ended).toMatchObject({ code: 0 });
    expect(await trained(folder, '--force')).toMatchObject({ version: 2 });
  },
);

/** Of processor time, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
