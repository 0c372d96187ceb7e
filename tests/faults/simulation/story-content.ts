import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type OutboxEntry, unattempted } from '../../../runtime/delivery/outbox.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import type { StoredSite } from '../../runtime/storage/stored-site.js';
import type { Step, StoryStep } from './plant-story.js';

/** Everything that must survive, in a form that is quick to compare. */
export interface StoryContent {
  /** After the snapshot. */
  readonly records: readonly string[];
  readonly snapshot: string | null;
  readonly queued: readonly string[];
  readonly episodes: readonly string[];
  readonly agenda: readonly string[];
  readonly files: readonly string[];
  /** How many alert events there are, and what they are. */
  readonly events: number;
  readonly eventsKey: string;
}

/** By something that knows nothing of databases: what a ledger holds after each step of a story. */
export class NaiveLedger {
  #records: string[] = [];
  #snapshot: string | null = null;
  readonly #queued = new Map<string, OutboxEntry>();
  readonly #episodes = new Map<string, EpisodeState>();
  readonly #agenda = new Map<string, string>();
  readonly #files = new Map<string, string>();
  readonly #events: string[] = [];

  static after(story: readonly StoryStep[], steps: number): StoryContent {
    const ledger = new NaiveLedger();
    for (const { step } of story.slice(0, steps)) ledger.do(step);
    return ledger.content();
  }

  do(step: Step): void {
    switch (step.kind) {
      case 'commit': {
        const { records = [], events = [], deliveries = [], episodes = [], agenda = [] } = step.entry;
        this.#records.push(...records.map(recordKey));
        this.#events.push(...events.map((event) => JSON.stringify(event)));
        for (const delivery of deliveries) {
          this.#queued.set(delivery.notice.id, { delivery, ...unattempted(delivery) });
        }
        for (const episode of episodes) this.#episodes.set(episode.episode, episode);
        for (const { key, text } of agenda) set(this.#agenda, key, text);
        return;
      }
      case 'progress': {
        const known = this.#queued.get(step.id);
        if (known === undefined) return;
        if (step.progress.state === 'queued') this.#queued.set(step.id, { ...known, ...step.progress });
        else this.#queued.delete(step.id);
        return;
      }
      case 'snapshot':
        this.#records = [];
        this.#snapshot = keyOf(step.data);
        return;
      case 'files':
        for (const { path, text } of step.files) set(this.#files, path, text);
        return;
      default:
        return;
    }
  }

  content(): StoryContent {
    return {
      records: [...this.#records],
      snapshot: this.#snapshot,
      queued: [...this.#queued.values()].map((entry) => JSON.stringify(entry)),
      episodes: [...this.#episodes.values()]
        .filter(({ state }) => state !== 'ended')
        .map((episode) => JSON.stringify(episode))
        .sort(),
      agenda: [...this.#agenda].map((item) => JSON.stringify(item)).sort(),
      files: [...this.#files].map((file) => JSON.stringify(file)).sort(),
      events: this.#events.length,
      eventsKey: keyOf(this.#events.join('\n')),
    };
  }
}

/** What a start finds, the same way. */
export function contentFound(site: StoredSite, records: readonly JournalRecord[]): StoryContent {
  const { snapshot, episodes, agenda, files } = site.found;
  const queued = site.store.query('deliveries', { states: ['queued'], limit: 1_000 }) as readonly {
    value: OutboxEntry;
  }[];
  const events = site.store.query('events', { limit: 1_000_000 }) as readonly { value: unknown }[];
  return {
    records: records.map(recordKey),
    snapshot: snapshot === null ? null : keyOf(snapshot.data),
    queued: queued.map(({ value }) => JSON.stringify(value)),
    episodes: episodes.map((episode) => JSON.stringify(episode)).sort(),
    agenda: agenda.map(({ key, text }) => JSON.stringify([key, text])).sort(),
    files: files.map(({ path, text }) => JSON.stringify([path, text])).sort(),
    events: events.length,
    eventsKey: keyOf(events.map(({ value }) => JSON.stringify(value)).join('\n')),
  };
}

function recordKey(record: JournalRecord): string {
  if (record.kind !== 'message') return JSON.stringify(record);
  const { message, bytes, sender } = record;
  return `${message.topic} ${message.time} ${message.arrival} ${sender} ${crc32(bytes)}`;
}

function keyOf(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('base64');
}

function set(map: Map<string, string>, key: string, text: string | null): void {
  if (text === null) map.delete(key);
  else map.set(key, text);
}
