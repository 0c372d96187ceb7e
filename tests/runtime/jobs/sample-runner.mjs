// Somebody who runs a job and is killed while it runs: writes the pid of the job to stdout.
import { fileURLToPath } from 'node:url';
import { jobRunner } from '../../../dist/runtime/jobs/run-job.js';

const run = jobRunner(fileURLToPath(new URL('./sample-jobs.mjs', import.meta.url)));
run('begin', null, {
  heapMegabytes: 32,
  timeoutMs: 60_000,
  onProgress: (pid) => process.stdout.write(`${pid}\n`),
});
