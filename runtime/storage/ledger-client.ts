import type { Clock, Timer } from '../clock.js';
import type { DeliveryProgress } from '../delivery/outbox.js';
import { CommitBuilder } from './commit-builder.js';
import { CommitQueue, type DiskState } from './commit-queue.js';
import { Deferred } from './deferred.js';
import type { NextNumbers } from './found.js';
import { type Durability, GROUP_BYTES, GroupCommit, type Urgency } from './group-commit.js';
import { type JournalMessage, timeOf } from './journal-record.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { MarkChange } from './mark-table.js';
import { SnapshotSender } from './snapshot-sender.js';
import type { Store } from './store.js';
import { TopicNumbers } from './topic-numbers.js';

export interface LedgerCallbacks {
  /** The disk takes nothing any more; the reason is for people. */
  readonly onDegraded: (reason: string) => void;
  readonly onRecovered: () => void;
  /**
   * Records were lost that the engine has seen, or the database was damaged and what could be read of it is in a new
   * one: append the plan in force and take a snapshot, so that a restart has something whole to begin with.
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
  /** The last recorded engine time. */
  readonly lastTime: number;
  /** The disk is full, and nothing could be stored at the start. */
  readonly isShort: boolean;
  /** What was found cannot be relied on at the next restart. */
  readonly isHoled: boolean;
}

/** What the ledger has done since it was opened. */
export interface LedgerCounters {
  commits: number;
  records: number;
  /** Of the journal, before they are packed. */
  bytes: number;
  /** Records that were evaluated and never stored. */
  lost: number;
}

/** From here on who can hold senders back should. */
const WAITING_BYTES_FULL = 8 * 1024 * 1024;
const WAITING_RECORDS_FULL = 100_000;
/** More is not held in memory: what comes beyond it is counted, and lost. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** Until the disk is tried again. */
const RETRY_MS: Readonly<Record<Exclude<DiskState, 'ok'>, number>> = { full: 2_000, failing: 5_000 };
/** How often what is not urgent is seen to, and how soon again if there is more of it. */
const MAINTAIN_MS = { mostly: 5_000, more: 500 } as const;
/** A commit that begins so soon after the one before it does not take the time to pack its bytes. */
const HURRIED_MS = 20;

const STORED = Promise.resolve();

/** The ledger's side of the main thread: gathers, decides when to commit, and keeps what the disk does not take. */
export class LedgerClient implements Ledger {
  readonly counters: LedgerCounters = { commits: 0, records: 0, bytes: 0, lost: 0 };
  readonly tail = { records: 0, bytes: 0 };
  readonly #options: LedgerClientOptions;
  readonly #queue: CommitQueue;
  readonly #builder: CommitBuilder;
  readonly #group: GroupCommit;
  readonly #snapshots: SnapshotSender;
  /** Of the first record in the builder. */
  #nextSeq: number;
  /** The engine time of the last record. */
  #time: number;
  /** Those who wait for what is in the builder. */
  #gathering = new Deferred();
  /** Those who wait for what is being stored. */
  #storing = STORED;
  /** Records that found no room in memory since the last commit. */
  #dropped = 0;
  /** What is stored cannot be relied on at a restart. */
  #isHoled: boolean;
  #isClosing = false;
  #isDegraded = false;
  #isForgetting = false;
  #isRetryDue = false;
  #endedAt = Number.NEGATIVE_INFINITY;
  #retry: Timer | null = null;
  #maintenance: Timer;
  #draining: Deferred | null = null;

  constructor(options: LedgerClientOptions) {
    const { store, next, clock, durability, plan, lastTime, isShort, onProblem } = options;
    this.#options = options;
    const topics = new TopicNumbers(next.topic);
    const onReplaced = () => {
      this.#isHoled = true;
      topics.repeat();
    };
    this.#queue = new CommitQueue({ store, nextCommit: next.commit, onProblem, onReplaced });
    this.#builder = new CommitBuilder(topics, plan);
    this.#group = new GroupCommit({ clock, durability, commit: () => this.#commit() });
    this.#snapshots = new SnapshotSender(store, next.snapshot);
    this.#nextSeq = next.seq;
    this.#isHoled = options.isHoled;
    this.#time = Math.max(0, lastTime);
    this.#maintenance = this.#maintainLater(MAINTAIN_MS.mostly);
    if (!isShort) return;
    this.#queue.doubt('the disk is full');
    clock.schedule(0, () => this.#noteState());
  }

  get state(): 'ok' | 'degraded' {
    return this.#isDegraded ? 'degraded' : 'ok';
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
    this.#builder.addChanges(this.#mustForget(entry) ? { ...entry, events: [] } : entry);
    return this.#added(deliveries.length > 0 ? 'now' : isAwaited ? 'awaited' : 'lazy');
  }

  get seq(): number {
    return this.#nextSeq + this.#builder.journal.count - 1;
  }

  stored(): Promise<void> {
    return this.#builder.isEmpty && !this.#isDegraded ? this.#storing : this.#added('awaited');
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

  mark(change: MarkChange): Promise<void> {
    this.#builder.addMark(change);
    return this.#added('awaited');
  }

  snapshot(data: Uint8Array | Promise<Uint8Array>): Promise<void> {
    const { count, plan, lastTime } = this.#builder.journal;
    const place = {
      journal: count > 0 ? this.#queue.nextCommit : this.#queue.nextCommit - 1,
      seq: this.#nextSeq + count - 1,
      plan,
      time: count > 0 ? lastTime : this.#time,
    };
    this.tail.records = 0;
    this.tail.bytes = 0;
    const before = this.#builder.isEmpty ? this.stored() : this.#added('now');
    return this.#snapshots.send(place, data, before);
  }

  released(row: number): void {
    this.#queue.released = row;
  }

  get isFull(): boolean {
    const { journal, length } = this.#builder;
    return (
      length + this.#queue.bytes > WAITING_BYTES_FULL ||
      journal.count + this.#queue.records > WAITING_RECORDS_FULL
    );
  }

  drained(): Promise<void> {
    if (!this.#isHoldingBack) return STORED;
    this.#draining ??= new Deferred();
    return this.#draining.promise;
  }

  /** A disk that takes nothing would hold everybody back for as long as that lasts, and rules would see nothing. */
  get #isHoldingBack(): boolean {
    return this.isFull && !this.#isDegraded;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#maintenance.cancel();
    this.#isRetryDue = true;
    if (!this.#builder.isEmpty || this.#isDegraded) void this.#added('now');
    await this.#group.idle();
    await this.#snapshots.idle();
    this.#retry?.cancel();
    await this.#options.store.close(!this.#isDegraded && this.#builder.isEmpty);
  }

  #added(urgency: Urgency): Promise<void> {
    const { promise } = this.#gathering;
    // What only waits for the disk gathers nothing.
    this.#group.added(urgency, this.#isDegraded ? 0 : this.#builder.length);
    return promise;
  }

  /** Once something is lost, what comes after it is no good without a snapshot either. */
  #mustDrop(records: number, time: number): boolean {
    if (this.#dropped === 0 && this.#builder.length + this.#queue.bytes <= WAITING_BYTES_MAX) return false;
    this.#dropped += records;
    this.counters.lost += records;
    this.#time = time;
    return true;
  }

  /**
   * Alerts that are on and notices that are owed are few, and always kept. What is only looked back on is given up when
   * the disk takes nothing for days.
   */
  #mustForget({ events }: LedgerEntry): boolean {
    if (events.length === 0 || this.#builder.length <= 2 * WAITING_BYTES_MAX) return false;
    if (!this.#isForgetting)
      this.#options.onProblem('alert events are not kept: too much waits for the disk');
    this.#isForgetting = true;
    return true;
  }

  /** Stores what is gathered, or what waits, as far as the disk takes it. */
  async #commit(): Promise<void> {
    if (this.#queue.state === 'ok') await this.#commitAll();
    else if (this.#isRetryDue) await this.#queue.retry();
    else if (this.#queue.state === 'full' && this.#builder.hasChanges) {
      await this.#queue.addChanges(this.#time, this.#builder.takeChanges());
    }
    this.counters.commits += 1;
    this.#noteState();
  }

  async #commitAll(): Promise<void> {
    if (this.#builder.isEmpty && this.#dropped === 0) return;
    const { clock } = this.#options;
    const waiters = this.#gathering;
    this.#gathering = new Deferred();
    this.#storing = waiters.promise;
    const bytes = this.#builder.length;
    const isHurried = bytes >= GROUP_BYTES && clock.monotonic() - this.#endedAt < HURRIED_MS;
    // Whatever becomes of it then: what waits for it is not acknowledged.
    await this.#queue.add(this.#take(), isHurried, (reason) => waiters.reject(new Error(reason)));
    this.#endedAt = clock.monotonic();
    if (this.#queue.state === 'ok') waiters.resolve();
    else waiters.reject(new Error(this.#queue.reason));
    this.#storing = STORED;
  }

  #take() {
    if (this.#dropped > 0) {
      this.#builder.addRecords([{ kind: 'lost', time: this.#time, count: this.#dropped }]);
      this.#dropped = 0;
      this.#isHoled = true;
    }
    const seq = this.#nextSeq;
    const journal = this.#builder.takeJournal();
    if (journal !== null) {
      this.#time = journal.lastTime;
      this.#nextSeq += journal.count;
      this.counters.records += journal.count;
      this.counters.bytes += journal.bytes.length;
      this.tail.records += journal.count;
      this.tail.bytes += journal.bytes.length;
    }
    return { time: this.#time, seq, journal, changes: this.#builder.takeChanges() };
  }

  /** After each commit: tells of what has changed, and sees to it that what waits is tried again. */
  #noteState(): void {
    const { state } = this.#queue;
    if (state !== 'ok') this.#degrade(state);
    else if (this.#isDegraded) this.#recover();
    if (state === 'ok' && this.#isHoled && this.#dropped === 0) {
      this.#isHoled = false;
      this.#options.onResynchronise();
    }
    if (this.#draining === null || this.#isHoldingBack) return;
    this.#draining.resolve();
    this.#draining = null;
  }

  #degrade(state: Exclude<DiskState, 'ok'>): void {
    if (!this.#isClosing && (this.#retry === null || this.#isRetryDue)) {
      this.#isRetryDue = false;
      this.#retry?.cancel();
      this.#retry = this.#options.clock.schedule(RETRY_MS[state], () => {
        this.#isRetryDue = true;
        void this.#added('now');
      });
    }
    if (this.#isDegraded) return;
    this.#isDegraded = true;
    const { reason } = this.#queue;
    this.#gathering.reject(new Error(reason));
    this.#options.onDegraded(reason);
  }

  #recover(): void {
    this.#retry = null;
    this.#isRetryDue = false;
    this.#isDegraded = false;
    this.#isForgetting = false;
    this.#gathering = new Deferred();
    this.#options.onRecovered();
    if (!this.#builder.isEmpty || this.#dropped > 0) void this.#added('now');
  }

  #maintainLater(ms: number): Timer {
    return this.#options.clock.schedule(ms, async () => {
      const hasMore = !this.#isDegraded && (await this.#queue.maintain());
      if (this.#isClosing) return;
      this.#maintenance = this.#maintainLater(hasMore ? MAINTAIN_MS.more : MAINTAIN_MS.mostly);
    });
  }
}
