import { type Changes, type Commit, NO_CHANGES } from './commit.js';
import type { CommitOutcome, Store, StoreNews } from './store.js';

/** `full`: alerts and notices are stored, records of the journal wait. `failing`: everything waits. */
export type DiskState = 'ok' | 'full' | 'failing';

/** What a commit holds, before it has its number. */
export type CommitContent = Omit<Commit, 'number'>;

export interface CommitQueueOptions {
  readonly store: Store;
  readonly nextCommit: number;
  /** A line for people. */
  readonly onProblem: (text: string) => void;
  /** What is in the database is not all that was stored any more. */
  readonly onReplaced: () => void;
}

interface Waiting {
  readonly content: CommitContent;
  /** Once it was sent it keeps its number: perhaps it is stored all the same. `null`: it was not. */
  number: number | null;
}

/** Stores commits in their order, with one more attempt on a new connection. What the disk does not take waits. */
export class CommitQueue {
  /** Rows of the journal before this one are in history: the store may let go of them. */
  released = Number.MAX_SAFE_INTEGER;
  readonly #options: CommitQueueOptions;
  /** In order. Empty, or one that is being stored, while all is well. */
  readonly #waiting: Waiting[] = [];
  #nextCommit: number;
  #bytes = 0;
  #records = 0;
  #state: DiskState = 'ok';
  #reason = '';

  constructor(options: CommitQueueOptions) {
    this.#options = options;
    this.#nextCommit = options.nextCommit;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** Why the disk takes nothing, for people. */
  get reason(): string {
    return this.#reason;
  }

  /** The number of the next commit. */
  get nextCommit(): number {
    return this.#nextCommit;
  }

  /** Of the journal, in what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  /** It is not known what the disk takes: nothing was stored yet. */
  doubt(reason: string): void {
    this.#state = 'failing';
    this.#reason = reason;
  }

  /**
   * Stores something while all is well. Look at `state` then.
   *
   * @param onFailed called at once when the first attempt fails
   */
  add(content: CommitContent, isHurried: boolean, onFailed: (reason: string) => void): Promise<void> {
    this.#waiting.push({ content, number: null });
    this.#count(content, 1);
    return this.#storeFirst(isHurried, onFailed);
  }

  /** Stores something without records while the disk is full, before the records that wait. */
  addChanges(time: number, changes: Changes): Promise<void> {
    const seq = this.#waiting[0]?.content.seq ?? 0;
    this.#waiting.unshift({ content: { time, seq, journal: null, changes }, number: null });
    return this.#storeFirst(true, () => undefined);
  }

  /** Tries to store what waits. Look at `state` then. */
  async retry(): Promise<void> {
    if (this.#state === 'full') await this.maintain();
    else await this.#anew(this.#waiting[0] ?? null);
    let left = this.#waiting.length;
    while (this.#state !== 'failing' && left > 0) {
      await this.#storeFirst(true, () => undefined);
      if (this.#waiting.length === left) return;
      left = this.#waiting.length;
    }
  }

  /**
   * What is not urgent, by itself: see `Store`. If the disk takes nothing, the next commit finds out.
   *
   * @returns whether there is more of it to do
   */
  async maintain(): Promise<boolean> {
    try {
      const maintained = await this.#options.store.maintain(this.released);
      this.#tell(maintained);
      return maintained.hasMore;
    } catch {
      return false;
    }
  }

  async #storeFirst(isHurried: boolean, onFailed: (reason: string) => void): Promise<void> {
    const [first] = this.#waiting;
    if (first === undefined) return;
    try {
      this.#conclude(first, await this.#options.store.commit(this.#numbered(first), isHurried));
    } catch (error) {
      this.#reason = reasonOf(error);
      onFailed(this.#reason);
      await this.#anew(first);
    }
  }

  /** On a new connection. */
  async #anew(first: Waiting | null): Promise<void> {
    const { store } = this.#options;
    try {
      this.#tell(await store.reopen());
      if (first === null) this.#state = 'ok';
      else this.#conclude(first, await store.commit(this.#numbered(first), true));
    } catch (error) {
      this.#state = 'failing';
      this.#reason = reasonOf(error);
    }
  }

  #numbered(waiting: Waiting): Commit {
    waiting.number ??= this.#nextCommit++;
    return { ...waiting.content, number: waiting.number };
  }

  #conclude({ content }: Waiting, outcome: CommitOutcome): void {
    if (outcome === 'stored') {
      this.#waiting.shift();
      this.#count(content, -1);
      this.#state = this.#waiting.length === 0 ? 'ok' : 'full';
      return;
    }
    this.#waiting[0] = { content: { ...content, changes: NO_CHANGES }, number: null };
    this.#state = 'full';
    this.#reason = 'the disk is full';
  }

  #count({ journal }: CommitContent, sign: 1 | -1): void {
    this.#bytes += sign * (journal?.bytes.length ?? 0);
    this.#records += sign * (journal?.count ?? 0);
  }

  #tell({ problems, isReplaced }: StoreNews): void {
    for (const problem of problems) this.#options.onProblem(problem);
    if (isReplaced) this.#options.onReplaced();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
