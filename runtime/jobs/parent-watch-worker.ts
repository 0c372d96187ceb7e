/** The thread of a job that ends it when nobody waits for its result any more: its parent was killed. */
import { workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 1_000;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
