import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Commit } from './commit.js';
import type { Found } from './found.js';
import type { JournalPage } from './journal-pages.js';
import type { SnapshotPart } from './snapshot-table.js';
import {
  type CommitOutcome,
  type Maintained,
  type QueryName,
  type QueryParameters,
  type QueryResult,
  type Store,
  StoreError,
  type StoreNews,
} from './store.js';
import type { StoreReply, StoreRequest } from './store-messages.js';

/** What the thread may use for its own objects, in MB; a few of it while all is well. */
const HEAP_MB = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 2 };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The store in a thread of its own. If the thread dies, what was asked of it fails, and `reopen` starts another. */
export class WorkerStore implements Store {
  readonly #file: string;
  #worker: Worker | null = null;
  #folder = '';
  #isClosed = false;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @param file what the thread runs */
  constructor(file = workerFile()) {
    this.#file = file;
  }

  open(folder: string): Promise<Found> {
    this.#folder = folder;
    return this.#ask('open', [folder]);
  }

  tailPage(): Promise<JournalPage> {
    return this.#ask('tailPage', []);
  }

  commit(commit: Commit, isHurried: boolean): Promise<CommitOutcome> {
    return this.#ask('commit', [commit, isHurried]);
  }

  snapshotPart(part: SnapshotPart): Promise<void> {
    return this.#ask('snapshotPart', [part], [part.data.buffer]);
  }

  async reopen(): Promise<StoreNews> {
    if (this.#worker !== null) return this.#ask('reopen', []);
    const { problems } = await this.open(this.#folder);
    return { problems, isReplaced: false };
  }

  query<Name extends QueryName>(
    name: Name,
    ...parameters: QueryParameters<Name>
  ): Promise<QueryResult<Name>> {
    return this.#ask('query', [name, ...parameters]);
  }

  maintain(): Promise<Maintained> {
    return this.#ask('maintain', []);
  }

  async close(isClean: boolean): Promise<void> {
    this.#isClosed = true;
    if (this.#worker !== null) await this.#ask('close', [isClean]);
  }

  #ask<T>(method: keyof Store, parameters: readonly unknown[], transfer: ArrayBuffer[] = []): Promise<T> {
    // Another thread would take the lock again, and the process never end.
    if (this.#isClosed && method !== 'close') return Promise.reject(new StoreError('it is closed', 'failed'));
    const worker = this.#running();
    this.#lastId += 1;
    const request: StoreRequest = { id: this.#lastId, method, parameters };
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(request.id, { resolve: (value) => resolve(value as T), reject });
      worker.postMessage(request, transfer);
    });
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(this.#file, {
      resourceLimits: HEAP_MB,
      name: 'ledger',
      // Those of the process are for its own program.
      execArgv: [],
    });
    worker.on('message', (reply: StoreReply) => this.#settle(reply));
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', () => this.#died(worker, 'the thread that stores has ended'));
    this.#worker = worker;
    return worker;
  }

  #settle(reply: StoreReply): void {
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

/** Threads start from a built file; for those who run from the sources (tests) it is the one in `dist`. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./ledger-worker.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../dist/runtime/storage/ledger-worker.js', import.meta.url));
}
