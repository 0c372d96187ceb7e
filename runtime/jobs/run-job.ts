import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { isKnownV8 } from '../known-v8.js';
import { threadFile } from '../storage/worker-thread.js';
import type { JobOptions, JobPriority, JobReply, JobRequest, JobRunner } from './job-contract.js';
import { JobError } from './job-error.js';
import type { Jobs } from './job-list.js';

/**
 * Evaluation and delivery come first. Where they want a core that a job has, Linux gives it a tenth of that core at 10, and a
 * seventieth at 19; of what they leave it gets all. The lowest goes below that by itself: see `takeLowestPriority`.
 */
const PRIORITIES: Readonly<Record<JobPriority, number>> = { low: 10, lowest: 19 };

/**
 * Garbage is collected by the one thread: with helpers it would be on two cores, and whoever wakes up would find each of them
 * taken. It makes a training no longer: what helpers save is less than what they cost.
 */
const LOWEST_FLAGS = isKnownV8 ? ['--single-threaded-gc'] : [];

/** Of what it says on stderr, which is nothing as a rule. */
const LAST_WORDS_LENGTH = 4_096;

/** Runs one of our jobs in a process of its own. */
export const runJob: JobRunner<Jobs> = jobRunner<Jobs>(threadFile(import.meta.url, 'job.js'));

/** @param file what the process runs: it calls `serveJob` with the table */
export function jobRunner<Table>(file: string): JobRunner<Table> {
  return (name, input, options) => {
    if (options.signal?.aborted === true) return Promise.reject(new JobError('it was stopped', 'aborted'));
    const { priority = 'low' } = options;
    const request: JobRequest = { name, input, priority, parent: process.pid };
    // Both ends are of one version: the result is what the types of the table say.
    return new JobProcess(file, request, options as JobOptions<unknown>).outcome as Promise<never>;
  };
}

class JobProcess {
  readonly #child: ChildProcess;
  readonly #options: JobOptions<unknown>;
  readonly outcome: Promise<unknown>;
  #reply: JobReply | null = null;
  #killedFor: JobError | null = null;
  #lastWords = '';

  constructor(file: string, request: JobRequest, options: JobOptions<unknown>) {
    this.#options = options;
    this.#child = fork(file, [], {
      execArgv: [
        `--max-old-space-size=${options.heapMegabytes}`,
        ...(request.priority === 'lowest' ? LOWEST_FLAGS : []),
      ],
      env: environment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.outcome = this.#settled();
    lowerPriority(this.#child, PRIORITIES[request.priority]);
    this.#listen();
    this.#ask(request);
  }

  /** Settles when the process has ended, so that no more run than are counted. */
  #settled(): Promise<unknown> {
    const { signal, timeoutMs } = this.#options;
    const stop = () => this.#kill(new JobError('it was stopped', 'aborted'));
    const deadline = setTimeout(() => {
      this.#kill(new JobError(`it took longer than ${timeoutMs / 1000} s`, 'deadline'));
    }, timeoutMs);
    signal?.addEventListener('abort', stop);
    return new Promise((resolve, reject) => {
      const settle = (ended: JobError) => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', stop);
        if (this.#reply?.kind === 'done') resolve(this.#reply.result);
        else reject(this.#replyError() ?? this.#killedFor ?? ended);
      };
      const settleEnd = (code: number | null, by: string | null) => settle(this.#endError(code, by));
      // After disconnect() there is no 'close'; without it, and so without a reply, 'exit' may come before the last words.
      this.#child.once('exit', (code, by) => {
        if (this.#reply !== null) settleEnd(code, by);
      });
      this.#child.once('close', settleEnd);
      this.#child.once('error', (error) => {
        if (this.#child.pid !== undefined) return; // it was started, and so 'close' comes
        settle(new JobError(`it could not be started: ${error.message}`, 'died', 'died', { cause: error }));
      });
    });
  }

  #listen(): void {
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_LENGTH);
    });
    this.#child.on('message', (reply: JobReply) => {
      if (reply.kind === 'progress') {
        this.#options.onProgress?.(reply.progress);
        return;
      }
      this.#reply = reply;
      // It ends when it notices. Killed meanwhile, it has ended, and 'close' comes.
      if (!this.#hasEnded) this.#child.disconnect();
    });
  }

  #ask(request: JobRequest): void {
    try {
      // Should it have ended by now, 'close' says so.
      this.#child.send(request, () => undefined);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#kill(new JobError(`it cannot be given its input: ${message}`, 'failed'));
    }
  }

  #kill(reason: JobError): void {
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #replyError(): JobError | null {
    if (this.#reply?.kind === 'refused') {
      return new JobError(this.#reply.message, 'refused', this.#reply.code);
    }
    if (this.#reply?.kind !== 'failed') return null;
    return new JobError(this.#reply.message, 'failed', 'failed', { cause: this.#reply.stack });
  }

  /** It ended by itself, and without a reply. */
  #endError(code: number | null, by: string | null): JobError {
    if (this.#lastWords.includes('heap out of memory')) {
      const text = `it needed more than the ${this.#options.heapMegabytes} MB of memory that it may have`;
      return new JobError(text, 'memory');
    }
    const cause = { cause: this.#lastWords };
    // An exception that nobody caught.
    if (code !== null) return new JobError(`it ended with code ${code}`, 'failed', 'failed', cause);
    return new JobError(`it was ended by ${by}; the computer may be short of memory`, 'died', 'died', cause);
  }
}

/** At once: threads that it starts later are as low. A sandbox may forbid it; the job is done all the same. */
function lowerPriority({ pid }: ChildProcess, priority: number): void {
  try {
    if (pid !== undefined) setPriority(pid, priority);
  } catch {
    // EPERM, EACCES: see above. ESRCH: it has ended, which 'close' tells.
  }
}

/** Without secrets, and without options of Node that are meant for the service. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}
