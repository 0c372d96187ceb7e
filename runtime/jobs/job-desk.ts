import type { JobInput, JobName, JobOptions, JobProgress, JobResult, JobRunner } from './job-contract.js';
import { JobError } from './job-error.js';

/** Beside a service on a small computer: each takes a core when nobody else wants it, and its memory. */
const AT_ONCE_MAX = 2;
/** Who comes when so many wait already is refused. */
const WAITING_MAX = 32;

/** Runs the jobs of a service: a few at once, the others in the order in which they came. */
export class JobDesk<Table> {
  readonly #run: JobRunner<Table>;
  /** Of jobs that run and of those that wait. */
  readonly #stops = new Set<AbortController>();
  readonly #running = new Set<Promise<unknown>>();
  /** Each begins the job whose turn it is. */
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(run: JobRunner<Table>) {
    this.#run = run;
  }

  /** As the runner does. The deadline counts from when its turn comes. */
  async run<Name extends JobName<Table>>(
    name: Name,
    input: JobInput<Table, Name>,
    options: JobOptions<JobProgress<Table, Name>>,
  ): Promise<JobResult<Table, Name>> {
    const stop = new AbortController();
    const abort = () => stop.abort();
    if (options.signal?.aborted === true) abort();
    options.signal?.addEventListener('abort', abort);
    this.#stops.add(stop);
    try {
      await this.#turn(stop.signal);
      return await this.#counted(this.#run(name, input, { ...options, signal: stop.signal }));
    } finally {
      this.#stops.delete(stop);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /** Stops what runs and what waits; resolves when no process is left. */
  async stop(): Promise<void> {
    for (const one of this.#stops) one.abort();
    await Promise.allSettled(this.#running);
  }

  /** Resolves when there is room; the place is taken by then. */
  #turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new JobError('it was stopped', 'aborted'));
    if (this.#taken < AT_ONCE_MAX) {
      this.#taken += 1;
      return Promise.resolve();
    }
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new JobError(`${WAITING_MAX} others wait already`, 'busy'));
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(new JobError('it was stopped', 'aborted'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(begin);
    });
  }

  /** Its place goes to the next when it has ended. */
  async #counted<Result>(running: Promise<Result>): Promise<Result> {
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
