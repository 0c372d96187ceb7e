import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, delayedMs, type ProcessUsage, processUsage, threadStates } from './process-usage.js';
import { WEBHOOK_SECRET } from './webhook-sink.js';

/** As it was built; npm and Vitest run where package.json is. */
const MAIN = resolve('dist/program/main.js');

export interface GatewayOptions {
  readonly site: string;
  /** A program that runs the gateway, as `strace`, with its options. */
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  /** `null`: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Only what hangs takes so long: tests assert what a start costs by its CPU time, as a machine with other work makes half a
 * second of it last for any time.
 */
const READY_MS_MAX = 90_000;

/** How often it is looked how a process fares that is about to end. */
const WATCH_MS = 20;

/** The built program, running a site. */
export class GatewayProcess {
  readonly #process: ChildProcess;
  readonly #isWrapped: boolean;
  readonly #spawnedAt = performance.now();
  readonly #ready: Promise<void>;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  /** From the start of the program to its `ready` line. */
  readyMs = Number.NaN;
  /** What it computed until then, which other work on the machine does not lengthen. */
  readyCpuMs = Number.NaN;

  constructor({ site, wrapper = [], env = {} }: GatewayOptions) {
    const [program = '', ...args] = [...wrapper, process.execPath, MAIN, 'start', '--site', site];
    this.#isWrapped = wrapper.length > 0;
    this.#process = spawn(program, args, {
      env: { ...process.env, WEBHOOK_SECRET, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
    this.ended = once(this.#process, 'close').then(([code, signal]) => ({ code, signal }));
    this.#ready = this.#untilReady();
    this.#ready.catch(() => undefined); // for those who wait for it
  }

  /** The port of its broker, once it listens and evaluates. */
  async ready(): Promise<number> {
    await this.#ready;
    return Number(/^ready mqtt=127\.0\.0\.1:(\d+) /.exec(this.stdout)?.[1]);
  }

  /** The program itself, not what wraps it. */
  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`it was not started: ${this.stderr}`);
    if (!this.#isWrapped) return pid;
    const [child] = childrenOf(pid);
    if (child === undefined) throw new Error(`it does not run: ${this.stderr}`);
    return child;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  usage(): ProcessUsage {
    return processUsage(this.pid);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** SIGSTOP; resolves when none of its threads runs any more, but for what they have the kernel do. */
  async freeze(): Promise<void> {
    this.signal('SIGSTOP');
    while (threadStates(this.pid).some((state) => !'TtD'.includes(state))) await sleep(1);
  }

  /** SIGKILL: as sudden as it gets. */
  async kill(): Promise<void> {
    if (this.isRunning) {
      try {
        this.signal('SIGKILL');
      } catch {
        this.#process.kill('SIGKILL'); // it ends just now, or its wrapper is all there is
      }
    }
    await this.ended;
  }

  /** SIGTERM, and how long it took, without the time in which others had the processor. */
  async stop(): Promise<Ended & { readonly ms: number }> {
    const { pid } = this;
    const from = performance.now();
    const before = delayedMs(pid);
    let delayed = before;
    const watch = setInterval(() => {
      try {
        delayed = Math.max(delayed, delayedMs(pid));
      } catch {
        // a thread, or all of it, ended just now
      }
    }, WATCH_MS);
    this.signal('SIGTERM');
    const ended = await this.ended;
    clearInterval(watch);
    return { ...ended, ms: performance.now() - from - (delayed - before) };
  }

  #untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#notReady('took too long')), READY_MS_MAX);
      this.#process.stdout?.setEncoding('utf8').on('data', (text) => {
        this.stdout += text;
        if (!this.stdout.includes('\n')) return;
        clearTimeout(timer);
        this.readyMs = performance.now() - this.#spawnedAt;
        // It may have been killed just now.
        if (this.isRunning) this.readyCpuMs = this.usage().cpuMs;
        resolve();
      });
      this.#process.once('error', reject);
      this.#process.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(this.#notReady(`ended with ${code ?? signal}`));
      });
    });
  }

  #notReady(what: string): Error {
    return new Error(`the gateway ${what} before it was ready; it said:\n${this.stderr}`);
  }
}
