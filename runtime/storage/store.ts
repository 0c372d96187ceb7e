import type { Commit } from './commit.js';
import type { Found } from './found.js';
import type { JournalPage } from './journal-pages.js';
import type { SnapshotPart } from './snapshot-table.js';
import type { StateQueries } from './state-queries.js';

/**
 * What stores things, in a thread of its own. It does one thing after the other, in the order in which it is asked.
 * Whatever it cannot do rejects with a `StoreError`.
 */
export interface Store {
  open(folder: string): Promise<Found>;
  /** The next rows of the journal after those of the snapshot that was found. */
  tailPage(): Promise<JournalPage>;
  /** Resolves when it is on the disk. Storing a commit twice does nothing. */
  commit(commit: Commit, isHurried: boolean): Promise<CommitOutcome>;
  snapshotPart(part: SnapshotPart): Promise<void>;
  /** Gives up the connection and makes a new one that does not rely on what the old one may have left half done. */
  reopen(): Promise<StoreNews>;
  query<Name extends QueryName>(name: Name, ...parameters: QueryParameters<Name>): Promise<QueryResult<Name>>;
  /**
   * What is not urgent.
   *
   * @param released rows of the journal before this one may go, as far as nobody but history needs them
   */
  maintain(released: number): Promise<Maintained>;
  close(isClean: boolean): Promise<void>;
}

/** `withoutJournal`: the disk is full, only what else is in the commit could be stored. */
export type CommitOutcome = 'stored' | 'withoutJournal';

export interface StoreNews {
  /** Lines for people. */
  readonly problems: readonly string[];
  /** The database was damaged, and what can be read of it is in a new one. */
  readonly isReplaced: boolean;
}

export interface Maintained extends StoreNews {
  /** There is more of it to do, soon. */
  readonly hasMore: boolean;
}

export type QueryName = keyof StateQueries;
export type QueryParameters<Name extends QueryName> = Parameters<StateQueries[Name]>;
export type QueryResult<Name extends QueryName> = ReturnType<StateQueries[Name]>;

/** The questions of `StateQueries`, put to the thread that stores. What waits to be stored is not in the answers. */
export type LedgerQueries = {
  readonly [Name in QueryName]: (...parameters: QueryParameters<Name>) => Promise<QueryResult<Name>>;
};

export class StoreError extends Error {
  constructor(
    message: string,
    readonly kind: StoreErrorKind,
  ) {
    super(message);
  }
}

export type StoreErrorKind =
  /** Another process has the data folder. */
  | 'locked'
  /** The data folder cannot be written to. */
  | 'denied'
  /** A later version of the program wrote the database. */
  | 'newer'
  /** The disk is full. */
  | 'full'
  | 'failed';
