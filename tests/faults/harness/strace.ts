import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, vi } from 'vitest';
import { tracersOf } from './process-usage.js';

/**
 * A wrapper that lets system calls of the program fail, or kills it there. strace counts calls for each thread by itself;
 * what is counted here is what the ledger's thread does, as nothing else of the program syncs or writes at a place.
 */
export interface Injection {
  readonly calls: readonly SystemCall[];
  /** As strace has it: `error=EIO`, `signal=KILL`, `delay_enter=500000` (µs), `retval=0` (it does not happen). */
  readonly effect: string;
  /** `5`: the fifth call, `5+`: all from the fifth on. All of them if left out. */
  readonly when?: string;
}

export type SystemCall = 'fsync' | 'fdatasync' | 'pwrite64' | 'write' | 'ftruncate' | 'unlink' | 'rename';

/** SQLite syncs with one or the other, as it was compiled. */
export const SYNC: readonly SystemCall[] = ['fsync', 'fdatasync'];

/**
 * The command that runs a program so.
 *
 * @param log where strace writes the calls down, with times as epoch seconds
 */
export function strace(injection: Injection, log = '/dev/null'): string[] {
  const { calls, effect, when } = injection;
  const names = calls.join(',');
  // Fast, as all other calls go by unseen; but signals are lost on that way.
  const unseen = effect.startsWith('signal=') ? [] : ['--seccomp-bpf'];
  return [
    ...[
      'strace',
      '--follow-forks',
      ...unseen,
      '--quiet=all',
      '--absolute-timestamps=format:unix,precision:us',
    ],
    ...[`--trace=${names}`, `--inject=${names}:${effect}${when === undefined ? '' : `:when=${when}`}`],
    ...[`--output=${log}`],
  ];
}

/** The pool of libuv has one thread, so that calls there are counted in one place too. */
export const STRACE_ENV = { UV_THREADPOOL_SIZE: '1' } as const;

/** From now on, for a process that runs already; `end` leaves it alone again. */
export async function straceProcess(pid: number, injection: Injection): Promise<{ end(): Promise<void> }> {
  const [program = '', ...options] = strace(injection);
  const child = spawn(program, [...options, '--attach', String(pid)], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGINT');
    await exited;
  });
  await vi.waitFor(() => expect(tracersOf(pid)).not.toContain(0), { timeout: 5_000 });
  return {
    async end() {
      child.kill('SIGINT');
      await exited;
    },
  };
}
