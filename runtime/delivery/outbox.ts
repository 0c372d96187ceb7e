import type { Delivery } from './notice.js';

/** `expired` and `dead` are dead letters: given up on, kept, visible. */
export type DeliveryState = 'queued' | 'delivered' | 'expired' | 'dead';

/** A delivery and how it stands. */
export interface OutboxEntry {
  readonly delivery: Delivery;
  state: DeliveryState;
  /** Failed attempts so far. */
  attempts: number;
  /** Engine time of the next attempt. */
  nextAt: number;
  lastError: string | null;
}

/** What became of an attempt. */
export type DeliveryProgress = Pick<OutboxEntry, 'state' | 'attempts' | 'nextAt' | 'lastError'>;

/** The queue of notices that are owed. Deliveries enter it with the commit of what caused them. */
export interface Outbox {
  /** All that is queued, in the order in which it was added: what delivery begins with after a start. */
  queued(): readonly OutboxEntry[];
  /** Notes what became of an attempt. */
  record(id: string, progress: DeliveryProgress): void;
  /** The latest of what was given up on, oldest first. */
  deadLetters(): readonly OutboxEntry[];
  readonly counts: Readonly<Record<DeliveryState, number>>;
}

/** Dead letters beyond this are forgotten, oldest first; their count stays. */
const DEAD_LETTERS_MAX = 1_000;

/** An outbox that ends with the process. */
export class MemoryOutbox implements Outbox {
  readonly counts = { queued: 0, delivered: 0, expired: 0, dead: 0 };
  readonly #queued = new Map<string, OutboxEntry>();
  readonly #deadLetters: OutboxEntry[] = [];

  /** Adds deliveries that are due at once. One whose id is queued already is the same notice and is left alone. */
  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { id } = delivery.notice;
      if (this.#queued.has(id)) continue;
      this.counts.queued += 1;
      this.#queued.set(id, {
        delivery,
        state: 'queued',
        attempts: 0,
        nextAt: delivery.createdAt,
        lastError: null,
      });
    }
  }

  queued(): readonly OutboxEntry[] {
    return [...this.#queued.values()];
  }

  record(id: string, progress: DeliveryProgress): void {
    const entry = this.#queued.get(id);
    if (entry === undefined) return;
    Object.assign(entry, progress);
    if (entry.state === 'queued') return;
    this.#queued.delete(id);
    this.counts.queued -= 1;
    this.counts[entry.state] += 1;
    if (entry.state === 'delivered') return;
    this.#deadLetters.push(entry);
    if (this.#deadLetters.length > DEAD_LETTERS_MAX) this.#deadLetters.shift();
  }

  deadLetters(): readonly OutboxEntry[] {
    return this.#deadLetters;
  }
}
