import type { AlertEvent } from '../../rules/alert-event.js';
import type { DeliveryState, OutboxEntry } from '../delivery/outbox.js';
import { type Accounting, accountingIn } from './accounting.js';
import { checksum } from './checksum.js';
import type { Database, SqlValue } from './database.js';
import type { EpisodeState } from './ledger.js';
import { marksIn, type StoredMark } from './mark-table.js';
import { OUTBOX_COLUMNS, type OutboxRow, outboxEntry } from './outbox-table.js';

/** No answer has more rows: who wants more asks for the next page. */
export const PAGE_ROWS_MAX = 1_000;

export interface DeliveryQuery {
  /** Empty: in any. */
  readonly states?: readonly DeliveryState[];
  readonly receiver?: string;
  readonly lane?: string;
  /** Notices that list an alert, by themselves or among others. */
  readonly episode?: string;
  readonly limit: number;
  /** The number of the oldest of the page before. */
  readonly before?: number;
}

export interface EventQuery {
  /** Epoch ms, as printed; inclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly rule?: string;
  readonly episode?: string;
  readonly limit: number;
  readonly before?: number;
}

/** A row and its number, which grows from the oldest to the newest. */
export interface Numbered<T> {
  readonly number: number;
  readonly value: T;
}

/** How things stand in the outbox. */
export interface OutboxSummary {
  readonly queued: number;
  /** The first of those queued; `null`: none is. */
  readonly oldest: OutboxEntry | null;
  /** Dead letters: expired and dead. */
  readonly dead: number;
}

export interface StorageSize {
  /** What the journal holds, packed. */
  readonly journalBytes: number;
  /** The file, with what is free in it. */
  readonly fileBytes: number;
  readonly freeBytes: number;
  /** Since the data folder was made. */
  readonly commits: number;
}

/** Questions to `state.db` that change nothing. Rows that are damaged are left out. */
export class StateQueries {
  protected readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Alerts that have not ended, oldest first. */
  alerts(): EpisodeState[] {
    return this.db
      .all<{ episode: string; state: string; data: string; crc: number }>(
        "SELECT episode, state, data, crc FROM episodes WHERE state IN ('firing', 'latched') ORDER BY number",
      )
      .filter(({ episode, state, data, crc }) => checksum(episode, state, data) === crc)
      .map(({ data }) => JSON.parse(data));
  }

  /** The newest that pass, oldest first. */
  deliveries({
    states = [],
    receiver,
    lane,
    episode,
    limit,
    before,
  }: DeliveryQuery): Numbered<OutboxEntry>[] {
    const conditions = new Conditions();
    if (states.length > 0) conditions.add(`state IN (${states.map(() => '?').join(', ')})`, ...states);
    if (receiver !== undefined) conditions.add('receiver = ?', receiver);
    if (lane !== undefined) conditions.add('lane = ?', lane);
    // As the notice has it in JSON; an episode is letters and digits.
    if (episode !== undefined) conditions.add('instr(delivery, ?) > 0', `"episode":"${episode}"`);
    if (before !== undefined) conditions.add('number < ?', before);
    return this.#newest<OutboxRow>('outbox', OUTBOX_COLUMNS, conditions, limit)
      .map((row) => ({ number: row.number, value: outboxEntry(row) }))
      .filter((row): row is Numbered<OutboxEntry> => row.value !== null);
  }

  /** `null`: there is none. */
  delivery(id: string): OutboxEntry | null {
    const row = this.db.get<OutboxRow>(`SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE id = ?`, id);
    return row === undefined ? null : outboxEntry(row);
  }

  /** The newest that pass, oldest first. */
  events({ from, to, rule, episode, limit, before }: EventQuery): Numbered<AlertEvent>[] {
    const conditions = new Conditions();
    if (from !== undefined) conditions.add('time >= ?', from);
    if (to !== undefined) conditions.add('time <= ?', to);
    if (rule !== undefined) conditions.add('rule = ?', rule);
    if (episode !== undefined) conditions.add('episode = ?', episode);
    if (before !== undefined) conditions.add('number < ?', before);
    return this.#newest<{ number: number; event: string; crc: number }>(
      'events',
      'number, event, crc',
      conditions,
      limit,
    )
      .filter(({ event, crc }) => checksum(event) === crc)
      .map(({ number, event }) => ({ number, value: JSON.parse(event) }));
  }

  /** What people noted of machines, in order of time. */
  marks(): StoredMark[] {
    return marksIn(this.db);
  }

  accounting(): Accounting {
    return accountingIn(this.db);
  }

  outbox(): OutboxSummary {
    const count = (state: DeliveryState) =>
      this.db.get<{ count: number }>('SELECT count(*) AS count FROM outbox WHERE state = ?', state)?.count ??
      0;
    const oldest = this.db.get<OutboxRow>(
      `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE state = 'queued' ORDER BY number LIMIT 1`,
    );
    return {
      queued: count('queued'),
      oldest: oldest === undefined ? null : outboxEntry(oldest),
      dead: count('expired') + count('dead'),
    };
  }

  size(): StorageSize {
    const pageBytes = Number(this.db.pragma('page_size'));
    const journal = this.db.get<{ bytes: number | null; commits: number | null }>(
      `SELECT max(number) AS commits,
         (SELECT position + length(records) FROM journal ORDER BY number DESC LIMIT 1)
         - (SELECT position FROM journal ORDER BY number LIMIT 1) AS bytes
       FROM journal`,
    );
    return {
      journalBytes: journal?.bytes ?? 0,
      fileBytes: Number(this.db.pragma('page_count')) * pageBytes,
      freeBytes: Number(this.db.pragma('freelist_count')) * pageBytes,
      commits: journal?.commits ?? 0,
    };
  }

  /** What a row holds is read only of those that are shown. */
  #newest<Row>(table: 'outbox' | 'events', columns: string, conditions: Conditions, limit: number): Row[] {
    return this.db.all<Row>(
      `SELECT ${columns} FROM ${table} WHERE number IN (
         SELECT number FROM ${table} ${conditions.where} ORDER BY number DESC LIMIT ?)
       ORDER BY number`,
      ...conditions.values,
      Math.min(limit, PAGE_ROWS_MAX),
    );
  }
}

class Conditions {
  readonly values: SqlValue[] = [];
  readonly #texts: string[] = [];

  add(text: string, ...values: readonly SqlValue[]): void {
    this.#texts.push(text);
    this.values.push(...values);
  }

  get where(): string {
    return this.#texts.length === 0 ? '' : `WHERE ${this.#texts.join(' AND ')}`;
  }
}
