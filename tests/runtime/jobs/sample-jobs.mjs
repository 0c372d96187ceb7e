// The process of jobs for tests: what it runs are jobs that show what can happen to one.
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { JobRefused } from '../../../dist/runtime/jobs/job-error.js';
import { serveJob } from '../../../dist/runtime/jobs/serve-job.js';

const forever = () => new Promise(() => setInterval(() => undefined, 1_000));

/** How Linux schedules a thread: 0 as others, 5 only where nobody else wants the core. */
function policyOf(thread) {
  const [, behindName] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(/\) (?!.*\) )/s);
  return Number(behindName.split(' ')[38]);
}

const JOBS = {
  echo: (input) => input,
  // What it is given by the one who starts it.
  place: () => ({
    priority: getPriority(),
    policies: [...new Set(readdirSync('/proc/self/task').map(policyOf))],
    secret: process.env.TOCSIN_SECRET ?? null,
    flags: process.execArgv.slice(1),
    pid: process.pid,
  }),
  count(upTo, { report }) {
    for (let at = 1; at <= upTo; at++) report(at);
    return upTo;
  },
  refuse() {
    throw new JobRefused('too-blue', 'that is too blue');
  },
  break: () => missing.name,
  uncopied: () => () => 1,
  exit: () => process.exit(7),
  die: () => process.kill(process.pid, 'SIGTERM'),
  uncaught: async () => {
    setTimeout(() => missing.name, 1);
    await forever();
  },
  hoard() {
    const all = [];
    for (let at = 0; ; at++) all.push({ at, text: `${at}` });
  },
  spin() {
    for (;;);
  },
  /** Says that it has begun, then computes on. */
  begin(_input, { report }) {
    report(process.pid);
    for (;;);
  },
};

serveJob(Object.fromEntries(Object.entries(JOBS).map(([name, job]) => [name, async () => job])));
