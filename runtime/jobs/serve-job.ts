import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadFile } from '../storage/worker-thread.js';
import type { Job, JobReply, JobRequest, JobTable } from './job-contract.js';
import { JobRefused } from './job-error.js';
import { takeLowestPriority } from './lowest-priority.js';

/** More would cost the one who listens. */
const REPORT_EVERY_MS = 200;

/** Waits for a request and answers it. The process ends when its parent has the answer, or is gone. */
export function serveJob(table: JobTable): void {
  dieFirst();
  process.on('disconnect', () => process.exit());
  process.once('message', (request: JobRequest) => {
    if (request.priority === 'lowest') takeLowestPriority();
    watchParent(request.parent);
    answer(table, request).then(send);
  });
}

/** When memory runs out, Linux ends the process that matters least. Elsewhere there is no such file. */
function dieFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Then the kernel chooses by size alone.
  }
}

/** In a thread of its own: a job may compute for minutes without looking up. */
function watchParent(parent: number): void {
  const file = threadFile(import.meta.url, 'parent-watch-worker.js');
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 };
  new Worker(file, { workerData: parent, resourceLimits, execArgv: [], name: 'parent-watch' }).unref();
}

async function answer(table: JobTable, { name, input }: JobRequest): Promise<JobReply> {
  try {
    const load = Object.hasOwn(table, name) ? table[name] : undefined;
    if (load === undefined) throw new Error(`there is no job '${name}'`);
    // Both ends are of one version: the input is what the types of the table say.
    const job = (await load()) as Job<unknown, unknown, unknown>;
    return { kind: 'done', result: await job(input, { report: reporter() }) };
  } catch (error) {
    return failure(error);
  }
}

function reporter(): (progress: unknown) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - saidAt < REPORT_EVERY_MS) return;
    saidAt = now;
    process.send?.({ kind: 'progress', progress } satisfies JobReply);
  };
}

function failure(error: unknown): JobReply {
  if (error instanceof JobRefused) return { kind: 'refused', code: error.code, message: error.message };
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'failed', message, stack };
}

function send(reply: JobReply): void {
  try {
    process.send?.(reply);
  } catch (error) {
    // Something in the result cannot be copied.
    process.send?.(failure(error));
  }
}
