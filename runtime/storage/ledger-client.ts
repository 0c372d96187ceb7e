import type { Clock, Timer } from '../clock.js';
import type { DeliveryProgress } from '../delivery/outbox.js';
import type { Commit } from './commit.js';
import { CommitBuilder } from './commit-builder.js';
import { Deferred } from './deferred.js';
import type { NextNumbers } from './found.js';
import { type Durability, GROUP_BYTES, GroupCommit, type Urgency } from './group-commit.js';
import { type JournalMessage, timeOf } from './journal-record.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { Store } from './store.js';
import { TopicNumbers } from './topic-numbers.js';

export interface LedgerCallbacks {
  /** The disk takes nothing any more; the reason is for people. */
  readonly onDegraded: (reason: string) => void;
  readonly onRecovered: () => void;
  /**
   * Records were lost that the engine has seen, or the journal before now cannot be relied on: append the plan in force
   * and take a snapshot, so that a restart has something whole to begin with.
   */
  readonly onResynchronise: () => void;
  /** Something that people should know: a line of text. */
  readonly onProblem: (text: string) => void;
}

export interface LedgerClientOptions extends LedgerCallbacks {
  readonly store: Store;
  readonly clock: Clock;
  readonly durability: Durability;
  readonly next: NextNumbers;
  /** The hash of the rule files in force. */
  readonly plan: string | null;
}

/** A commit on its way, and those who wait for it. */
interface Batch {
  readonly commit: Commit;
  readonly bytes: number;
  readonly stored: Deferred;
}

/** From here on who can hold senders back should. */
const WAITING_BYTES_FULL = 8 * 1024 * 1024;
const WAITING_RECORDS_FULL = 100_000;
/** More is not held in memory: what comes beyond it is counted, and lost. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** How long after it failed the disk is tried again. */
const RETRY_MS = 5_000;
const SNAPSHOT_PART_BYTES = 256 * 1024;
/** A commit that begins so soon after the one before it does not take the time to pack its bytes. */
const HURRIED_MS = 20;

const STORED = Promise.resolve();

/** The ledger's side of the main thread: gathers, decides when to commit, and keeps what the disk does not take. */
export class LedgerClient implements Ledger {
  state: 'ok' | 'degraded' = 'ok';
  readonly #options: LedgerClientOptions;
  readonly #builder: CommitBuilder;
  readonly #group: GroupCommit;
  #nextCommit: number;
  /** Of the first record in the builder. */
  #nextSeq: number;
  #nextSnapshot: number;
  /** Those who wait for what is in the builder. */
  #gathering = new Deferred();
  /** Being stored, or not stored because the disk takes nothing. */
  #batch: Batch | null = null;
  #time = 0;
  #lost = 0;
  #endedAt = Number.NEGATIVE_INFINITY;
  #retry: Timer | null = null;
  #snapshots: Promise<void> = STORED;
  #draining: Deferred | null = null;

  constructor(options: LedgerClientOptions) {
    const { next, clock, durability, plan } = options;
    this.#options = options;
    this.#builder = new CommitBuilder(new TopicNumbers(next.topic), plan);
    this.#group = new GroupCommit({ clock, durability, commit: () => this.#commit() });
    this.#nextCommit = next.commit;
    this.#nextSeq = next.seq;
    this.#nextSnapshot = next.snapshot;
  }

  message(record: JournalMessage, isAwaited: boolean): Promise<void> {
    if (this.#mustDrop(1, record.message.arrival)) return this.#gathering.promise;
    this.#builder.journal.message(record);
    return this.#added(isAwaited ? 'awaited' : 'lazy');
  }

  append(entry: LedgerEntry): Promise<void> {
    const { records, deliveries, isAwaited } = entry;
    const last = records.at(-1);
    if (last !== undefined && !this.#mustDrop(records.length, timeOf(last)))
      this.#builder.addRecords(records);
    this.#builder.addChanges(entry);
    return this.#added(deliveries.length > 0 ? 'now' : isAwaited ? 'awaited' : 'lazy');
  }

  stored(): Promise<void> {
    if (this.#builder.isEmpty) return this.#batch?.stored.promise ?? STORED;
    return this.#added('awaited');
  }

  progress(id: string, progress: DeliveryProgress): void {
    this.#builder.addProgress(id, progress);
    // That it arrived is not lost lightly: it would be sent once more.
    void this.#added(progress.state === 'queued' ? 'lazy' : 'awaited');
  }

  files(changes: readonly { readonly path: string; readonly text: string | null }[]): Promise<void> {
    for (const { path, text } of changes) this.#builder.addFile(path, text);
    return changes.length === 0 ? STORED : this.#added('awaited');
  }

  snapshot(data: Uint8Array): Promise<void> {
    const { count, plan } = this.#builder.journal;
    const place = {
      number: this.#nextSnapshot++,
      journal: count > 0 ? this.#nextCommit : this.#nextCommit - 1,
      seq: this.#nextSeq + count - 1,
      plan,
    };
    const before = this.#builder.isEmpty ? this.stored() : this.#added('now');
    const stored = Promise.all([before, this.#snapshots]).then(async () => {
      for (let index = 0, start = 0; start < data.length || index === 0; index++) {
        const end = Math.min(start + SNAPSHOT_PART_BYTES, data.length);
        const part = new Uint8Array(data.subarray(start, end));
        await this.#options.store.snapshotPart({ ...place, index, isLast: end === data.length, data: part });
        start = end;
      }
    });
    this.#snapshots = stored.catch(() => undefined);
    return stored;
  }

  get isFull(): boolean {
    return this.#waitingBytes > WAITING_BYTES_FULL || this.#waitingRecords > WAITING_RECORDS_FULL;
  }

  drained(): Promise<void> {
    if (!this.isFull) return STORED;
    this.#draining ??= new Deferred();
    return this.#draining.promise;
  }

  async close(): Promise<void> {
    if (!this.#builder.isEmpty) void this.#added('now');
    await this.#group.idle();
    await this.#snapshots;
    if (this.state === 'degraded') await this.#tryAgain();
    this.#retry?.cancel();
    await this.#options.store.close(this.state === 'ok');
  }

  get #waitingBytes(): number {
    return this.#builder.length + (this.#batch?.bytes ?? 0);
  }

  get #waitingRecords(): number {
    return this.#builder.journal.count + (this.#batch?.commit.journal?.count ?? 0);
  }

  #added(urgency: Urgency): Promise<void> {
    const { promise } = this.#gathering;
    this.#group.added(urgency, this.#builder.length);
    return promise;
  }

  /** Once something is lost, what comes after it is no good without a snapshot either. */
  #mustDrop(records: number, time: number): boolean {
    if (this.#lost === 0 && this.#waitingBytes <= WAITING_BYTES_MAX) return false;
    this.#lost += records;
    this.#time = time;
    return true;
  }

  /** Stores what is gathered. */
  async #commit(): Promise<void> {
    const hasLost = this.#lost > 0;
    const batch = this.#take();
    this.#batch = batch;
    try {
      await this.#store(batch.commit, batch.bytes);
      batch.stored.resolve();
    } catch (error) {
      // Whatever becomes of it now: what waits for it is not acknowledged.
      batch.stored.reject(error);
      if (!(await this.#storeAnew(batch.commit))) {
        this.#degrade(error);
        return;
      }
    }
    this.#settled();
    if (hasLost) this.#options.onResynchronise();
  }

  #take(): Batch {
    if (this.#lost > 0) {
      this.#builder.addRecords([{ kind: 'lost', time: this.#time, count: this.#lost }]);
      this.#lost = 0;
    }
    const bytes = this.#builder.length;
    const journal = this.#builder.takeJournal();
    this.#time = journal?.lastTime ?? this.#time;
    const commit: Commit = {
      number: this.#nextCommit++,
      time: this.#time,
      seq: this.#nextSeq,
      journal,
      changes: this.#builder.takeChanges(),
    };
    this.#nextSeq += journal?.count ?? 0;
    const stored = this.#gathering;
    this.#gathering = new Deferred();
    return { commit, bytes, stored };
  }

  async #store(commit: Commit, bytes: number): Promise<void> {
    const { store, clock } = this.#options;
    const isHurried = bytes >= GROUP_BYTES && clock.monotonic() - this.#endedAt < HURRIED_MS;
    await store.commit(commit, isHurried);
    this.#endedAt = clock.monotonic();
  }

  /** On a connection that owes nothing to the one that failed. */
  async #storeAnew(commit: Commit): Promise<boolean> {
    const { store } = this.#options;
    try {
      await store.reopen();
      await store.commit(commit, true);
      return true;
    } catch {
      return false;
    }
  }

  #degrade(error: unknown): void {
    this.state = 'degraded';
    this.#group.pause();
    this.#gathering.reject(error);
    this.#options.onDegraded(error instanceof Error ? error.message : String(error));
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retry = this.#options.clock.schedule(RETRY_MS, () => void this.#tryAgain());
  }

  async #tryAgain(): Promise<void> {
    this.#retry?.cancel();
    if (this.#batch === null || !(await this.#storeAnew(this.#batch.commit))) {
      this.#retryLater();
      return;
    }
    this.state = 'ok';
    this.#gathering = new Deferred();
    this.#settled();
    this.#options.onRecovered();
    if (!this.#builder.isEmpty || this.#lost > 0) this.#group.added('now', this.#builder.length);
    this.#group.resume();
    await this.#group.idle();
  }

  #settled(): void {
    this.#batch = null;
    if (this.#draining === null || this.isFull) return;
    this.#draining.resolve();
    this.#draining = null;
  }
}
