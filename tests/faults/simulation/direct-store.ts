import type { Clock } from '../../../runtime/clock.js';
import type { Commit } from '../../../runtime/storage/commit.js';
import type { Found } from '../../../runtime/storage/found.js';
import type { JournalPage } from '../../../runtime/storage/journal-pages.js';
import { LedgerStore, type LedgerStoreOptions } from '../../../runtime/storage/ledger-store.js';
import type { SnapshotPart } from '../../../runtime/storage/snapshot-table.js';
import type {
  CommitOutcome,
  Maintained,
  QueryName,
  QueryParameters,
  QueryResult,
  Store,
  StoreNews,
} from '../../../runtime/storage/store.js';
import { storeErrorOf } from '../../../runtime/storage/store-error.js';

/** The store without its thread: it answers later all the same, as late as a slow disk does. */
export class DirectStore implements Store {
  readonly #store: LedgerStore;
  readonly #clock: Clock;
  /** How long everything takes. */
  slowMs = 0;
  /** It says `stored` of a commit that failed: a check of the checks. */
  isCareless = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, options: LedgerStoreOptions) {
    this.#clock = clock;
    this.#store = new LedgerStore(options);
  }

  open(folder: string): Promise<Found> {
    return this.#ask(() => this.#store.open(folder));
  }

  tailPage(): Promise<JournalPage> {
    return this.#ask(() => this.#store.tailPage());
  }

  commit(commit: Commit, isHurried: boolean): Promise<CommitOutcome> {
    const stored = this.#ask(() => this.#store.commit(commit, isHurried));
    return this.isCareless ? stored.catch(() => 'stored') : stored;
  }

  snapshotPart(part: SnapshotPart): Promise<void> {
    return this.#ask(() => this.#store.snapshotPart(part));
  }

  reopen(): Promise<StoreNews> {
    return this.#ask(() => this.#store.reopen());
  }

  query<Name extends QueryName>(
    name: Name,
    ...parameters: QueryParameters<Name>
  ): Promise<QueryResult<Name>> {
    return this.#ask(() => this.#store.query(name, ...parameters) as QueryResult<Name>);
  }

  maintain(released: number): Promise<Maintained> {
    return this.#ask(() => this.#store.maintain(released));
  }

  close(isClean: boolean): Promise<void> {
    return this.#ask(() => this.#store.close(isClean));
  }

  /** One after the other, as the thread does it. */
  #ask<T>(work: () => T): Promise<T> {
    const before = this.#last;
    const answer = (async () => {
      await before;
      if (this.slowMs > 0) {
        await new Promise<void>((resolve) => this.#clock.schedule(this.slowMs, resolve));
      }
      try {
        return work();
      } catch (error) {
        throw storeErrorOf(error);
      } finally {
        this.#store.afterwards();
      }
    })();
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}
