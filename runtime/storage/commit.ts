import type { JournalBytes } from './journal-writer.js';
import type { AgendaChange } from './ledger.js';
import type { MarkChange } from './mark-table.js';
import type { OutboxChange } from './outbox-table.js';

/** What is stored together, in the form in which it crosses to the thread that stores it. */
export interface Commit {
  /** One more than that of the commit before. Storing a commit twice does nothing. */
  readonly number: number;
  /** The engine time of the latest in it. */
  readonly time: number;
  /** Of the first record; of the next one, if there is none. */
  readonly seq: number;
  /** `null`: no records. */
  readonly journal: JournalBytes | null;
  readonly changes: Changes;
}

/** What a commit holds beside the journal. */
export interface Changes {
  readonly events: readonly StoredEvent[];
  readonly episodes: readonly StoredEpisode[];
  /** Deliveries and what became of attempts, in their order. */
  readonly outbox: readonly OutboxChange[];
  readonly agenda: readonly AgendaChange[];
  readonly untold: readonly (readonly [state: string, count: number])[];
  readonly files: readonly { readonly path: string; readonly text: string | null }[];
  readonly marks: readonly MarkChange[];
}

export const NO_CHANGES: Changes = {
  events: [],
  episodes: [],
  outbox: [],
  agenda: [],
  untold: [],
  files: [],
  marks: [],
};

export interface StoredEvent {
  readonly time: number;
  readonly rule: string;
  readonly episode: string | null;
  /** As it is published. */
  readonly text: string;
}

export interface StoredEpisode {
  readonly episode: string;
  readonly state: string;
  /** An `EpisodeState` as JSON. */
  readonly text: string;
}
