import { execFileSync } from 'node:child_process';

/** It takes some milliseconds; on a computer with no time at all, longer. */
const TIMEOUT_MS = 10_000;

/**
 * Runs all threads of this process, and those that they start, only where nobody else wants the core (`SCHED_IDLE` of
 * Linux): whoever wakes up gets it at once. A process of the lowest nice value goes on for the rest of its turn, a few
 * milliseconds, before that. Where there is no `chrt`, or a sandbox forbids it, the nice value has to do.
 */
export function takeLowestPriority(): void {
  try {
    const args = ['--all-tasks', '--idle', '--pid', '0', String(process.pid)];
    execFileSync('chrt', args, { stdio: 'ignore', timeout: TIMEOUT_MS });
  } catch {
    // See above: the job is done all the same.
  }
}
