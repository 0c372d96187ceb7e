import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { StoreError } from './store.js';
import type { ThreadReply, ThreadRequest } from './thread-messages.js';

export interface WorkerThreadOptions {
  /** For people who look at the process. */
  readonly name: string;
  /** What it runs. */
  readonly file: string;
  /** What it may use for its own objects, in MB. */
  readonly heapMb: { readonly maxOldGenerationSizeMb: number; readonly maxYoungGenerationSizeMb: number };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * A thread that is asked things and answers them one after the other. It is started by `begin` or the first question; if it
 * dies, what was asked of it fails, and the next question starts another.
 */
export class WorkerThread {
  readonly #options: WorkerThreadOptions;
  #worker: Worker | null = null;
  /** It was asked nothing yet, and keeps no process alive. */
  #isAhead = false;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Loads its program while whoever is going to ask has other things to do. */
  begin(): void {
    this.#running().unref();
    this.#isAhead = true;
  }

  /** Rejects with a `StoreError`. */
  ask<T>(method: string, parameters: readonly unknown[], transfer: ArrayBuffer[] = []): Promise<T> {
    const worker = this.#running();
    if (this.#isAhead) worker.ref();
    this.#isAhead = false;
    this.#lastId += 1;
    const request: ThreadRequest = { id: this.#lastId, method, parameters };
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(request.id, { resolve: (value) => resolve(value as T), reject });
      worker.postMessage(request, transfer);
    });
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const { name, file, heapMb } = this.#options;
    const worker = new Worker(file, {
      resourceLimits: heapMb,
      name,
      // Those of the process are for its own program.
      execArgv: [],
    });
    worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', () => this.#died(worker, 'the thread that stores has ended'));
    this.#worker = worker;
    return worker;
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error === undefined) waiting?.resolve(reply.value);
    else waiting?.reject(new StoreError(reply.error.message, reply.error.kind));
  }

  #died(worker: Worker, reason: string): void {
    if (this.#worker === worker) this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(new StoreError(reason, 'failed'));
  }
}

/**
 * Threads start from a built file; for those who run from the sources (tests) it is the one in `dist`.
 *
 * @param url `import.meta.url` of a file in the same folder @param name `ledger-worker.js`
 */
export function threadFile(url: string, name: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, url));
  if (existsSync(beside)) return beside;
  const folder = new URL('.', url).href.slice(new URL('../../', url).href.length);
  return fileURLToPath(new URL(`../../dist/${folder}${name}`, url));
}
