import type { Commit } from '../../../runtime/storage/commit.js';
import { type Found, NOTHING_FOUND } from '../../../runtime/storage/found.js';
import type { JournalPage } from '../../../runtime/storage/journal-pages.js';
import type { SnapshotPart } from '../../../runtime/storage/snapshot-table.js';
import type { CommitOutcome, Maintained, Store, StoreNews } from '../../../runtime/storage/store.js';

/** What the disk is to do when it is asked next: `lies`: it stores and says that it failed. */
export type DiskBehaviour = 'stores' | 'full' | 'fails' | 'lies';

/** A store in memory, whose disk does what the test says. */
export class FakeStore implements Store {
  /** In order; each number once. */
  readonly stored: Commit[] = [];
  readonly snapshots: SnapshotPart[] = [];
  /** What it was asked, in order. */
  readonly asked: string[] = [];
  /** For the next questions, one each; then `otherwise`. */
  script: DiskBehaviour[] = [];
  otherwise: DiskBehaviour = 'stores';
  /** What is told at the next `reopen`. */
  news: StoreNews = { problems: [], isReplaced: false };
  /** Nothing is answered before this. */
  hold: Promise<void> | null = null;
  wasClean: boolean | null = null;

  async open(): Promise<Found> {
    return NOTHING_FOUND;
  }

  async tailPage(): Promise<JournalPage> {
    return { rows: [], bytes: new Uint8Array(), topics: [], plans: [], isLast: true };
  }

  async commit(commit: Commit): Promise<CommitOutcome> {
    this.asked.push(`commit ${commit.number}`);
    await this.hold;
    const behaviour = this.#next();
    if (behaviour === 'fails') throw new Error('input/output error');
    if (behaviour === 'full' && commit.journal !== null) {
      this.#keep({ ...commit, journal: null });
      return 'withoutJournal';
    }
    this.#keep(commit);
    if (behaviour === 'lies') throw new Error('input/output error');
    return 'stored';
  }

  async snapshotPart(part: SnapshotPart): Promise<void> {
    if (this.#next() !== 'stores') throw new Error('input/output error');
    this.snapshots.push(part);
  }

  async reopen(): Promise<StoreNews> {
    this.asked.push('reopen');
    if (this.#next() === 'fails') throw new Error('input/output error');
    const { news } = this;
    this.news = { problems: [], isReplaced: false };
    return news;
  }

  async query(): Promise<never> {
    throw new Error('is not asked');
  }

  async maintain(): Promise<Maintained> {
    this.asked.push('maintain');
    return { problems: [], isReplaced: false, hasMore: false };
  }

  async close(isClean: boolean): Promise<void> {
    this.wasClean = isClean;
  }

  #keep(commit: Commit): void {
    const last = this.stored.at(-1)?.number ?? 0;
    if (commit.number > last) this.stored.push(commit);
    else if (this.stored.every(({ number }) => number !== commit.number)) throw new Error('out of order');
  }

  #next(): DiskBehaviour {
    return this.script.shift() ?? this.otherwise;
  }
}
