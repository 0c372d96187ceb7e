import type { DeliveryProgress } from '../../../runtime/delivery/outbox.js';
import { type Commit, NO_CHANGES } from '../../../runtime/storage/commit.js';
import { CommitBuilder } from '../../../runtime/storage/commit-builder.js';
import type { Found } from '../../../runtime/storage/found.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { LedgerEntry } from '../../../runtime/storage/ledger.js';
import { LedgerStore, type LedgerStoreOptions } from '../../../runtime/storage/ledger-store.js';
import { PageRecords } from '../../../runtime/storage/page-records.js';
import type { StoreNews } from '../../../runtime/storage/store.js';
import { TopicNumbers } from '../../../runtime/storage/topic-numbers.js';
import { delivery, episodeState, event, message, NOON, NOTHING, plain } from './ledger-fixture.js';

export interface StoredSiteOptions extends LedgerStoreOptions {
  /** Called when something is stored and would be acknowledged, before the store does what is not urgent. */
  readonly onStored?: () => void;
}

/** A store without its thread, and what a start finds through it. */
export class StoredSite {
  readonly store: LedgerStore;
  readonly found: Found;
  readonly #builder: CommitBuilder;
  readonly #topics: TopicNumbers;
  readonly #onStored: () => void;
  #number: number;
  #seq: number;

  constructor(folder: string, { onStored = () => undefined, ...options }: StoredSiteOptions = {}) {
    this.#onStored = onStored;
    // Nothing waits for history unless a test says so.
    const released = Number.MAX_SAFE_INTEGER;
    this.store = new LedgerStore({ wall: () => NOON, reserveBytes: 0, released, ...options });
    this.found = this.store.open(folder);
    const { next, plan } = this.found;
    this.#topics = new TopicNumbers(next.topic);
    this.#builder = new CommitBuilder(this.#topics, plan);
    this.#number = next.commit;
    this.#seq = next.seq;
  }

  /** Stores one commit. */
  commit(entry: Partial<LedgerEntry>): void {
    this.#builder.addRecords(entry.records ?? []);
    this.#builder.addChanges({ ...NOTHING, ...entry });
    this.store.commit(this.#take(), false);
    this.#onStored();
    this.store.afterwards();
  }

  progress(id: string, progress: DeliveryProgress): void {
    this.#builder.addProgress(id, progress);
    this.store.commit(this.#take(), false);
    this.#onStored();
  }

  /** As a ledger does that is not content with the connection. */
  reopen(): StoreNews {
    const news = this.store.reopen();
    if (news.isReplaced) this.#topics.repeat();
    return news;
  }

  files(files: readonly { path: string; text: string | null }[]): void {
    this.store.commit({ ...this.#take(), changes: { ...NO_CHANGES, files } }, false);
  }

  snapshot(data: Uint8Array<ArrayBuffer>, number: number): void {
    const { plan, lastTime } = this.#builder.journal;
    const place = { number, journal: this.#number - 1, seq: this.#seq - 1, plan, time: lastTime };
    this.store.snapshotPart({ ...place, index: 0, isLast: true, data });
  }

  /** The records of the tail, and lines about what is missing in it. */
  tail(): { records: JournalRecord[]; problems: string[] } {
    const problems: string[] = [];
    const records: JournalRecord[] = [];
    const pages = new PageRecords(this.found.snapshot?.seq ?? 0, (text) => problems.push(text));
    for (;;) {
      const page = this.store.tailPage();
      for (const row of pages.records(page)) records.push(...row);
      if (page.isLast) return { records, problems };
    }
  }

  #take(): Commit {
    const journal = this.#builder.takeJournal();
    const commit: Commit = {
      number: this.#number++,
      time: journal?.lastTime ?? NOON,
      seq: this.#seq,
      journal,
      changes: this.#builder.takeChanges(),
    };
    this.#seq += journal?.count ?? 0;
    return commit;
  }
}

/** Stores something of everything: several commits of messages, alerts, notices in all states, two snapshots, files. */
export function storeSomething(site: StoredSite): void {
  const plan: JournalRecord = {
    kind: 'plan',
    time: NOON,
    files: [{ path: 'rules/a.json', text: `{ "rules": [${'"r", '.repeat(50)}] }` }],
  };
  site.commit({ records: [plan, ...messages(1, 40)] });
  site.files([
    { path: 'tocsin.json', text: '{}' },
    { path: 'rules/a.json', text: `{ "rules": [${'"r", '.repeat(200)}] }` },
  ]);
  site.snapshot(
    new Uint8Array(3_000).map((_, index) => index % 7),
    1,
  );
  for (let i = 0; i < 12; i++) {
    site.commit({
      records: messages(100 * i, 60),
      events: [event(`e${i}`), event(`e${i}`, { event: 'resolved', reason: 'normal' })],
      episodes: [episodeState(`e${i}`, i % 3 === 0 ? 'firing' : 'ended')],
      deliveries: [delivery(`n${i}`), delivery(`m${i}`, 'resolved')],
      agenda: [{ key: `g${i % 4}`, text: `{"at":${i}}` }],
      untold: { suppressed: 1 },
    });
  }
  site.snapshot(
    new Uint8Array(9_000).map((_, index) => (index * 7_919) % 251),
    2,
  );
  for (let i = 12; i < 20; i++)
    site.commit({ records: messages(100 * i, 60), deliveries: [delivery(`n${i}`)] });
}

const messages = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => message(first + index));

/** Everything that matters of what a start finds, in a form to compare. */
export function contentOf(site: StoredSite): unknown {
  const { lastTime, episodes, agenda, files, snapshot, plan, next } = site.found;
  const queued = site.store.query('deliveries', { states: ['queued'], limit: 1_000 });
  const { records, problems } = site.tail();
  const accounting = site.store.query('accounting');
  const data = snapshot === null ? null : [...snapshot.data];
  return {
    lastTime,
    episodes,
    queued,
    agenda,
    files,
    plan,
    next,
    snapshot: snapshot === null ? null : { ...snapshot, data },
    records: plain(records),
    accounting,
    problems,
  };
}
