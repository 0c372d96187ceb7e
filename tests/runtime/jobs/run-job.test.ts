/**
 * What can happen to a job: it ends, refuses, breaks, is stopped, takes too long or too much, and its parent dies. Method:
 * real processes that run the jobs of sample-jobs.mjs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import type { Job } from '../../../runtime/jobs/job-contract.js';
import type { JobError } from '../../../runtime/jobs/job-error.js';
import { jobRunner } from '../../../runtime/jobs/run-job.js';

/** Those of sample-jobs.mjs. */
interface Samples {
  echo(): Promise<Job<unknown, never, unknown>>;
  place(): Promise<Job<null, never, Place>>;
  count(): Promise<Job<number, number, number>>;
  begin(): Promise<Job<null, number, never>>;
  refuse(): Promise<Job<null, never, never>>;
  break(): Promise<Job<null, never, never>>;
  uncopied(): Promise<Job<null, never, never>>;
  exit(): Promise<Job<null, never, never>>;
  die(): Promise<Job<null, never, never>>;
  uncaught(): Promise<Job<null, never, never>>;
  hoard(): Promise<Job<null, never, never>>;
  spin(): Promise<Job<null, never, never>>;
  unknown(): Promise<Job<null, never, never>>;
}

interface Place {
  readonly priority: number;
  /** Of its threads; 5: they run only where nobody else wants the core. */
  readonly policies: readonly number[];
  readonly secret: string | null;
  readonly pid: number;
}

const path = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));
const run = jobRunner<Samples>(path('sample-jobs.mjs'));
const bounds = { heapMegabytes: 32, timeoutMs: 30_000 };

describe.concurrent('a job', () => {
  test('gives back what it makes of its input, whatever can be copied', async ({ expect }) => {
    const input = { times: Float64Array.of(1, Number.NaN, -0), byKey: new Map([['a', 1n]]), none: undefined };
    expect(await run('echo', input, bounds)).toEqual(input);
  });

  test('runs at low priority, without the secrets of its parent', async ({ expect }) => {
    vi.stubEnv('TOCSIN_SECRET', 'hidden');
    const { pid, ...place } = await run('place', null, bounds);
    expect(place).toEqual({ priority: 10, policies: [0], secret: null, flags: [] });
    expect(isAlive(pid)).toBe(false);
  });

  test('at the lowest priority takes only what nobody else wants, with all its threads, and one core at most', async ({
    expect,
  }) => {
    const place = await run('place', null, { ...bounds, priority: 'lowest' });
    expect(place).toMatchObject({ priority: 19, policies: [5], flags: ['--single-threaded-gc'] });
  });

  test('is done where nobody can give it the lowest priority', async ({ expect }) => {
    const { PATH = '' } = process.env;
    vi.stubEnv('PATH', '/nowhere');
    const running = run('place', null, { ...bounds, priority: 'lowest' });
    // Others run meanwhile: it has its environment from here on.
    vi.stubEnv('PATH', PATH);
    expect(await running).toMatchObject({ priority: 19, policies: [0] });
  });

  test('tells how far it is, a few times a second', async ({ expect }) => {
    const seen: number[] = [];
    expect(await run('count', 1_000_000, { ...bounds, onProgress: (at) => seen.push(at) })).toBe(1_000_000);
    expect(seen[0]).toBe(1);
    expect(seen.length).toBeLessThan(100);
  });

  test.each<[keyof Samples, Pick<JobError, 'kind' | 'code' | 'message'>]>([
    ['refuse', { kind: 'refused', code: 'too-blue', message: 'that is too blue' }],
    ['break', { kind: 'failed', code: 'failed', message: 'missing is not defined' }],
    ['uncopied', { kind: 'failed', code: 'failed', message: '() => 1 could not be cloned.' }],
    ['exit', { kind: 'failed', code: 'failed', message: 'it ended with code 7' }],
    ['uncaught', { kind: 'failed', code: 'failed', message: 'it ended with code 1' }],
    [
      'die',
      { kind: 'died', code: 'died', message: 'it was ended by SIGTERM; the computer may be short of memory' },
    ],
    [
      'hoard',
      {
        kind: 'memory',
        code: 'memory',
        message: 'it needed more than the 32 MB of memory that it may have',
      },
    ],
    ['unknown', { kind: 'failed', code: 'failed', message: "there is no job 'unknown'" }],
  ])('%s: its error says what it was', async (name, error) => {
    await expect(run(name, null, bounds)).rejects.toMatchObject(error);
  });

  test('of a fault the stack is kept', async ({ expect }) => {
    await expect(run('break', null, bounds)).rejects.toMatchObject({
      cause: expect.stringContaining('sample-jobs.mjs'),
    });
  });

  test('is killed at its deadline, though it computes', async ({ expect }) => {
    await expect(run('spin', null, { ...bounds, timeoutMs: 500 })).rejects.toMatchObject({
      kind: 'deadline',
      message: 'it took longer than 0.5 s',
    });
  });

  test('is killed when it is stopped, though it computes; it has ended when the error comes', async ({
    expect,
  }) => {
    const stop = new AbortController();
    let pid = 0;
    const onProgress = (its: number) => {
      pid = its;
      stop.abort();
    };
    await expect(run('begin', null, { ...bounds, signal: stop.signal, onProgress })).rejects.toMatchObject({
      kind: 'aborted',
    });
    expect(isAlive(pid)).toBe(false);
  });

  test('that was stopped before is not begun', async ({ expect }) => {
    await expect(run('exit', null, { ...bounds, signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'aborted',
    });
  });

  test('whose input cannot be copied fails', async ({ expect }) => {
    await expect(run('echo', () => 1, bounds)).rejects.toMatchObject({ kind: 'failed' });
  });

  test('ends when its parent is killed, though it computes', async ({ expect }) => {
    const parent = spawn(process.execPath, [path('sample-runner.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(Number(pid))).toBe(false), { timeout: 10_000, interval: 50 });
  });
});

function isAlive(pid: number): boolean {
  expect(pid).toBeGreaterThan(1);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
