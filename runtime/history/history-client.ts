import type { Clock, Timer } from '../clock.js';
import { StoreError } from '../storage/store.js';
import { threadFile, WorkerThread } from '../storage/worker-thread.js';
import type { HistorySettings } from './history-settings.js';
import type { HistoryProgress } from './history-store.js';

/** What writes history, in a thread of its own. Whatever it cannot do rejects with a `StoreError`. */
export interface HistoryThread {
  ask<T>(method: string, parameters: readonly unknown[]): Promise<T>;
  readonly isRunning: boolean;
}

export interface HistoryClientOptions {
  /** The data folder. */
  readonly folder: string;
  readonly settings: HistorySettings;
  readonly clock: Clock;
  /** How many messages have come in so far. Before the first there is nothing to do, and no thread. */
  readonly messages: () => number;
  /** Rows of the journal before this one are in history, and synced. */
  readonly onReleased: (row: number) => void;
  /** A line for people. */
  readonly onProblem: (text: string) => void;
  readonly thread?: HistoryThread;
}

/** How often the journal is looked at. */
const WORK_MS = 10_000;
/** While there is more to do the thread rests as long as it has worked, but no longer than this. */
const REST_MS_MAX = 100;
/** After a failure. */
const RETRY_MS = 60_000;
/** What it may use for its own objects: readings are held beside it. */
const HEAP_MB = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 2 };

/** The main thread's side of history: sees to it that it is worked on, a piece at a time. */
export class HistoryClient {
  readonly #options: HistoryClientOptions;
  readonly #thread: HistoryThread;
  #settings: HistorySettings;
  #timer: Timer | null = null;
  #working: Promise<void> = Promise.resolve();
  #isOpen = false;
  #isClosing = false;
  #lastProblem = '';
  /** The size of what is kept; 0: it was not looked at yet. */
  bytes = 0;
  /** Values left out since the start, because there are too many series. */
  refused = 0;

  constructor(options: HistoryClientOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#thread =
      options.thread ??
      new WorkerThread({
        name: 'history',
        file: threadFile(import.meta.url, 'history-worker.js'),
        heapMb: HEAP_MB,
      });
  }

  start(): void {
    this.#tellReleased(0);
    this.#workLater(WORK_MS);
  }

  /** Other settings from now on. */
  configure(settings: HistorySettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#tellReleased(0);
    if (this.#isOpen) this.#working = this.#working.then(() => this.#configure(settings));
  }

  /** Ends after the piece that is being worked on. What is not stored yet is made again of the journal. */
  async stop(): Promise<void> {
    this.#isClosing = true;
    this.#timer?.cancel();
    await this.#working;
    if (this.#thread.isRunning) await this.#thread.ask('close', []).catch(() => undefined);
  }

  async #configure(settings: HistorySettings): Promise<void> {
    await this.#thread.ask('configure', [settings]).catch((error) => this.#failed(error));
  }

  #workLater(ms: number): void {
    if (this.#isClosing) return;
    this.#timer = this.#options.clock.schedule(ms, () => {
      this.#working = this.#working.then(() => this.#work());
    });
  }

  async #work(): Promise<void> {
    if (this.#isClosing) return;
    if (this.#settings.topics.length === 0 || this.#options.messages() === 0) {
      this.#workLater(WORK_MS);
      return;
    }
    const { clock } = this.#options;
    try {
      if (!this.#isOpen || !this.#thread.isRunning) await this.#open();
      const startedAt = clock.monotonic();
      const progress = await this.#thread.ask<HistoryProgress>('work', []);
      this.#note(progress);
      const spentMs = clock.monotonic() - startedAt;
      this.#workLater(progress.hasMore ? Math.min(REST_MS_MAX, spentMs) : WORK_MS);
    } catch (error) {
      this.#failed(error);
      this.#workLater(RETRY_MS);
    }
  }

  async #open(): Promise<void> {
    this.#isOpen = false;
    await this.#thread.ask('open', [this.#options.folder, this.#settings]);
    this.#isOpen = true;
  }

  #note({ released, bytes, refused, problems }: HistoryProgress): void {
    this.bytes = bytes;
    this.refused = refused;
    this.#lastProblem = '';
    this.#tellReleased(released);
    for (const problem of problems) this.#options.onProblem(problem);
  }

  /** Where nothing is kept, nothing waits for it. */
  #tellReleased(row: number): void {
    this.#options.onReleased(this.#settings.topics.length === 0 ? Number.MAX_SAFE_INTEGER : row);
  }

  /** Said once, until it works again or fails otherwise. */
  #failed(error: unknown): void {
    if (!(error instanceof StoreError)) throw error;
    if (error.message === this.#lastProblem) return;
    this.#lastProblem = error.message;
    this.#options.onProblem(`history.db cannot be written: ${error.message}; readings wait in the journal`);
  }
}
