import type { AlertEvent } from '../../rules/alert-event.js';
import type { Delivery } from '../delivery/notice.js';
import type { DeliveryProgress } from '../delivery/outbox.js';
import type { Changes, StoredEpisode } from './commit.js';
import type { JournalRecord } from './journal-record.js';
import { type JournalBytes, JournalWriter } from './journal-writer.js';
import type { AgendaChange, EpisodeState, LedgerEntry } from './ledger.js';
import type { MarkChange } from './mark-table.js';
import {
  type DeliveryAdded,
  type DeliveryProgressed,
  deliveryAdded,
  deliveryProgressed,
} from './outbox-table.js';
import type { TopicNumbers } from './topic-numbers.js';

/** About what one takes. */
const MARK_LENGTH = 100;

/** Gathers what the next commit holds. */
export class CommitBuilder {
  readonly #journal: JournalWriter;
  #changes = noChanges();
  /** Their text, as far as it is held here. */
  #changesLength = 0;

  constructor(topics: TopicNumbers, plan: string | null) {
    this.#journal = new JournalWriter(topics, plan);
  }

  get journal(): JournalWriter {
    return this.#journal;
  }

  /** How much it holds: bytes of the journal, characters of the rest. */
  get length(): number {
    return this.#journal.length + this.#changesLength;
  }

  get hasChanges(): boolean {
    return this.#changesLength > 0;
  }

  get isEmpty(): boolean {
    return this.#journal.count === 0 && this.#changesLength === 0;
  }

  addRecords(records: readonly JournalRecord[]): void {
    for (const record of records) this.#journal.write(record);
  }

  addChanges({
    events,
    episodes,
    deliveries,
    untold,
    agenda,
  }: Omit<LedgerEntry, 'records' | 'isAwaited'>): void {
    for (const event of events) this.#addEvent(event);
    for (const episode of episodes) this.#addEpisode(episode);
    for (const delivery of deliveries) this.#addDelivery(delivery);
    for (const change of agenda) this.#addAgenda(change);
    for (const [state, count] of Object.entries(untold)) {
      this.#changes.untold.set(state, (this.#changes.untold.get(state) ?? 0) + count);
      this.#changesLength += state.length;
    }
  }

  /** Only how a delivery stands in the end is stored. */
  addProgress(id: string, progress: DeliveryProgress): void {
    const change = deliveryProgressed(id, progress);
    this.#changes.progress.set(id, change);
    this.#changesLength += change.progress.length;
  }

  addFile(path: string, text: string | null): void {
    this.#changes.files.push({ path, text });
    this.#changesLength += path.length + (text?.length ?? 0);
  }

  addMark(change: MarkChange): void {
    this.#changes.marks.push(change);
    this.#changesLength += MARK_LENGTH;
  }

  takeJournal(): JournalBytes | null {
    return this.#journal.take();
  }

  takeChanges(): Changes {
    const { events, episodes, added, progress, agenda, untold, files, marks } = this.#changes;
    this.#changes = noChanges();
    this.#changesLength = 0;
    return {
      events,
      episodes: [...episodes.values()],
      outbox: [...added, ...progress.values()],
      agenda: [...agenda.values()],
      untold: [...untold],
      files,
      marks,
    };
  }

  #addEvent(event: AlertEvent): void {
    const text = JSON.stringify(event);
    const { time, rule, episode } = event;
    this.#changes.events.push({ time, rule, episode, text });
    this.#changesLength += text.length;
  }

  /** Only how an episode stands in the end is stored. */
  #addEpisode(state: EpisodeState): void {
    const stored: StoredEpisode = { episode: state.episode, state: state.state, text: JSON.stringify(state) };
    this.#changes.episodes.set(state.episode, stored);
    this.#changesLength += stored.text.length;
  }

  #addAgenda(change: AgendaChange): void {
    this.#changes.agenda.set(change.key, change);
    this.#changesLength += change.key.length + (change.text?.length ?? 0);
  }

  #addDelivery(delivery: Delivery): void {
    const change = deliveryAdded(delivery);
    this.#changes.added.push(change);
    this.#changesLength += change.delivery.length + change.progress.length;
  }
}

function noChanges() {
  return {
    events: [] as Changes['events'][number][],
    episodes: new Map<string, StoredEpisode>(),
    added: [] as DeliveryAdded[],
    progress: new Map<string, DeliveryProgressed>(),
    agenda: new Map<string, AgendaChange>(),
    untold: new Map<string, number>(),
    files: [] as Changes['files'][number][],
    marks: [] as MarkChange[],
  };
}
