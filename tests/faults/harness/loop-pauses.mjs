/**
 * Loaded into a program before its own code (`--import`): writes down each time for which its main thread worked without a
 * break, in ms of CPU time, as what others do on the computer is no pause of ours. One line each, in $LOOP_PAUSES.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const WORTH_A_LINE_MS = 10;

function cpuMs() {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
}

const file = process.env.LOOP_PAUSES;
if (isMainThread && file !== undefined) {
  let last = cpuMs();
  setInterval(() => {
    const now = cpuMs();
    if (now - last >= WORTH_A_LINE_MS) appendFileSync(file, `${(now - last).toFixed(1)}\n`);
    last = cpuMs();
  }, 1).unref();
}
