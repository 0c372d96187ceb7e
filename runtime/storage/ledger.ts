import type { AlertEvent } from '../../rules/alert-event.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Delivery } from '../delivery/notice.js';
import type { DeliveryProgress, DeliveryState, OutboxEntry } from '../delivery/outbox.js';
import type { JournalMessage, JournalRecord } from './journal-record.js';
import type { MarkChange } from './mark-table.js';

/** What belongs together: inputs, what they led to, and whom that is owed. All of it is kept, or none. */
export interface LedgerEntry {
  readonly records: readonly JournalRecord[];
  readonly events: readonly AlertEvent[];
  /** Enter the outbox, due at once. One whose id is there already is the same notice and is left alone. */
  readonly deliveries: readonly Delivery[];
  /** The episodes of the events, as they are after them. */
  readonly episodes: readonly EpisodeState[];
  /** Obligations that cause no delivery, by why. */
  readonly untold: Readonly<Partial<Record<UntoldState, number>>>;
  /** What the notifier has in mind from now on. */
  readonly agenda: readonly AgendaChange[];
  /** Somebody waits for the commit: an acknowledgement, a command. */
  readonly isAwaited: boolean;
}

/** One run of an alert from firing to resolved, and who was told of it. */
export interface EpisodeState {
  readonly episode: string;
  readonly state: 'firing' | 'latched' | 'ended';
  /** Epoch ms, as printed in events. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** How many events it had so far: numbers the notices. */
  readonly events: number;
  /** The first notice to each receiver that was told. */
  readonly told: readonly (readonly [receiver: string, noticeId: string])[];
  readonly last: AlertEvent;
}

/** Something the notifier is going to do later, such as to tell of a group whose wait is not over. */
export interface AgendaItem {
  /** Names it; a later item with the same key takes its place. */
  readonly key: string;
  /** JSON, which only the notifier reads. */
  readonly text: string;
}

/** `text: null`: it is done with. */
export interface AgendaChange {
  readonly key: string;
  readonly text: string | null;
}

/**
 * Keeps what must survive, in the order in which it was appended. The promises resolve when the entry can no longer be
 * lost, and reject if it could not be stored: then nothing of it may be acknowledged, though it may be stored later all
 * the same. Nobody has to handle a rejection.
 */
export interface Ledger {
  /** `degraded`: the disk takes nothing at present. What is appended waits in memory, as far as that goes. */
  readonly state: 'ok' | 'degraded';
  /** Appends a message that led to nothing: the way of nearly all. */
  message(record: JournalMessage, isAwaited: boolean): Promise<void>;
  append(entry: LedgerEntry): Promise<void>;
  /** The number of the last record that was appended; 0: there was none yet. */
  readonly seq: number;
  /** Resolves when everything appended so far is stored, at once if it is; rejects while the disk takes nothing. */
  stored(): Promise<void>;
  /**
   * Notes how a delivery stands. What was given up on can be queued again by this. Of an id that is not known nothing is
   * noted.
   */
  progress(id: string, progress: DeliveryProgress): void;
  /** The state of engine and intake after everything appended so far, serialised; it may still be being worked out. */
  snapshot(data: Uint8Array | Promise<Uint8Array>): Promise<void>;
  /** What was committed since the last snapshot, before it is packed: a restart has to work it off. */
  readonly tail: { readonly records: number; readonly bytes: number };
  /** The last good version of each file of the site, by path; `null` takes one out. */
  files(changes: readonly { readonly path: string; readonly text: string | null }[]): Promise<void>;
  /** What people noted of machines. */
  mark(change: MarkChange): Promise<void>;
  /** Rows of the journal before this one are in history; 0: none is. Until it is said, nothing waits for history. */
  released(row: number): void;
  /** More waits for the disk than should: who can hold senders back does so until `drained`. */
  readonly isFull: boolean;
  /** Resolves when less waits again, or the disk takes nothing at all; at once if it is so already. */
  drained(): Promise<void>;
  /** Stores what is left, notes that the stop was clean, closes the database. */
  close(): Promise<void>;
}

/** What was found in the data folder at the start. */
export interface Recovery {
  /** How the program ended before: `first`: it never ran here; `unclean`: killed, or the power went. */
  readonly stop: 'first' | 'clean' | 'unclean';
  /** The newest snapshot, with the rule files that were in force then; `null`: none. */
  readonly snapshot: { readonly data: Uint8Array; readonly files: readonly SourceFile[] } | null;
  /** Everything after the snapshot, or all there is, in order and in batches. Read it once, before the first append. */
  tail(): AsyncIterable<readonly JournalRecord[]>;
  /** The last recorded engine time; `-Infinity`: none. */
  readonly lastTime: number;
  /** Those that have not ended. */
  readonly episodes: readonly EpisodeState[];
  /** What is owed, in the order in which it was added. */
  readonly queued: readonly OutboxEntry[];
  readonly agenda: readonly AgendaItem[];
  /** The last good version of each file of the site, in order of paths. */
  readonly files: readonly SourceFile[];
  /** What models have learnt, as far as something stored cites it. */
  readonly artefacts: readonly SourceFile[];
  /** What was damaged, set aside, recovered: lines for people. Reading the tail may add some. Empty: all is well. */
  readonly problems: readonly string[];
}

/**
 * What an obligation (one event of the kind firing, severity or resolved; one receiver) has become. Their sum is what was
 * raised. Those of a delivery go through its states together: a delivery counts as `obligations` of them.
 */
export type ObligationState = DeliveryState | UntoldState;

/**
 * `held`: it was over before it was worth telling, or it comes and goes all the time. `merged`: it is told in a summary
 * of many.
 */
export type UntoldState = 'suppressed' | 'unrouted' | 'held' | 'merged';
