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
import { threadFile, WorkerThread } from './worker-thread.js';

/** What the thread may use for its own objects, in MB; a few of it while all is well. */
const HEAP_MB = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 2 };

/** The store in a thread of its own. If the thread dies, what was asked of it fails, and `reopen` starts another. */
export class WorkerStore implements Store {
  readonly #thread: WorkerThread;
  #folder = '';
  #isClosed = false;

  /** @param file what the thread runs */
  constructor(file = threadFile(import.meta.url, 'ledger-worker.js')) {
    this.#thread = new WorkerThread({ name: 'ledger', file, heapMb: HEAP_MB });
  }

  /** Starts the thread ahead of `open`: it takes as long to load as a site takes to be read. */
  begin(): void {
    this.#thread.begin();
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
    if (this.#thread.isRunning) return this.#ask('reopen', []);
    const { problems } = await this.open(this.#folder);
    return { problems, isReplaced: false };
  }

  query<Name extends QueryName>(
    name: Name,
    ...parameters: QueryParameters<Name>
  ): Promise<QueryResult<Name>> {
    return this.#ask('query', [name, ...parameters]);
  }

  maintain(released: number): Promise<Maintained> {
    return this.#ask('maintain', [released]);
  }

  async close(isClean: boolean): Promise<void> {
    this.#isClosed = true;
    if (this.#thread.isRunning) await this.#ask('close', [isClean]);
  }

  #ask<T>(method: keyof Store, parameters: readonly unknown[], transfer: ArrayBuffer[] = []): Promise<T> {
    // Another thread would take the lock again, and the process never end.
    if (this.#isClosed && method !== 'close') return Promise.reject(new StoreError('it is closed', 'failed'));
    return this.#thread.ask(method, parameters, transfer);
  }
}
