import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessUsage {
  readonly residentBytes: number;
  readonly files: number;
  readonly threads: number;
  /** User and system time of all threads so far. */
  readonly cpuMs: number;
}

/** Linux counts CPU time in hundredths of a second for everybody but the kernel. */
const TICK_MS = 10;

/** What a process holds at present, by /proc. */
export function processUsage(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
  const stat = statOf(`/proc/${pid}/stat`);
  return {
    residentBytes: field('VmRSS') * 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: field('Threads'),
    cpuMs: (Number(stat[11]) + Number(stat[12])) * TICK_MS,
  };
}

/** CPU time of all processes that this one started and that have ended, and of those that they started. */
export function childrenCpuMs(): number {
  const stat = statOf('/proc/self/stat');
  return (Number(stat[13]) + Number(stat[14])) * TICK_MS;
}

/** How long this thread was ready to run and others ran instead, in ms so far. */
export function ownWaitMs(): number {
  const [, nanoseconds = '0'] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** How long threads of a process were ready to run and others ran instead, in ms so far; of all threads together. */
export function delayedMs(pid: number): number {
  const delays = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, nanoseconds = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  });
  return delays.reduce((sum, ms) => sum + ms, 0);
}

/** `R` runs or could, `S` waits, `D` waits for the disk, `T` is stopped, `t` is, for strace. */
export function threadStates(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map(
    (thread) => statOf(`/proc/${pid}/task/${thread}/stat`)[0] ?? '',
  );
}

/** The process that traces each of its threads; 0: none. */
export function tracersOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return Number(/^TracerPid:\s+(\d+)$/m.exec(status)?.[1]);
  });
}

/** What stands behind the name of the program, which is in brackets and may hold anything. */
function statOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** The processes that this one started and that still run. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
