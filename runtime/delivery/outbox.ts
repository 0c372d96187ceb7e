import type { Delivery } from './notice.js';

/** `merged`: another notice tells it. `expired` and `dead` are dead letters: given up on, kept, visible. */
export type DeliveryState = 'queued' | 'delivered' | 'merged' | 'expired' | 'dead';

/** How a delivery stands. Times are engine time. */
export interface DeliveryProgress {
  readonly state: DeliveryState;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** The next attempt; once it is not queued any more, when that came about. */
  readonly nextAt: number;
  /** Not tried any more from here on: the delivery's own, until a dead letter is sent again. */
  readonly expiresAt: number;
  readonly lastError: string | null;
  /** Its notice goes out marked late. */
  readonly isLate: boolean;
  /** The id of the notice that tells it; only of what is merged. */
  readonly mergedInto: string | null;
}

/** A delivery with how it stands. */
export interface OutboxEntry extends DeliveryProgress {
  readonly delivery: Delivery;
}

/** How a delivery stands when it enters the outbox: due at once. */
export function unattempted({ createdAt, expiresAt, notice }: Delivery): DeliveryProgress {
  return {
    state: 'queued',
    attempts: 0,
    nextAt: createdAt,
    expiresAt,
    lastError: null,
    isLate: notice.late,
    mergedInto: null,
  };
}

/** Where what becomes of deliveries is noted. They enter it with the commit of what caused them. */
export interface Outbox {
  record(id: string, progress: DeliveryProgress): void;
}

/** Dead letters beyond this are forgotten, oldest first; their count stays. */
const DEAD_LETTERS_MAX = 1_000;

/** An outbox that ends with the process. */
export class MemoryOutbox implements Outbox {
  readonly counts = { queued: 0, delivered: 0, merged: 0, expired: 0, dead: 0 };
  readonly #queued = new Map<string, OutboxEntry>();
  readonly #deadLetters: OutboxEntry[] = [];

  /** Adds deliveries that are due at once. One whose id is queued already is the same notice and is left alone. */
  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { id } = delivery.notice;
      if (this.#queued.has(id)) continue;
      this.counts.queued += 1;
      this.#queued.set(id, { delivery, ...unattempted(delivery) });
    }
  }

  queued(): readonly OutboxEntry[] {
    return [...this.#queued.values()];
  }

  record(id: string, progress: DeliveryProgress): void {
    const known = this.#queued.get(id);
    if (known === undefined) return;
    const entry = { ...known, ...progress };
    if (entry.state === 'queued') {
      this.#queued.set(id, entry);
      return;
    }
    this.#queued.delete(id);
    this.counts.queued -= 1;
    this.counts[entry.state] += 1;
    if (entry.state === 'delivered' || entry.state === 'merged') return;
    this.#deadLetters.push(entry);
    if (this.#deadLetters.length > DEAD_LETTERS_MAX) this.#deadLetters.shift();
  }

  deadLetters(): readonly OutboxEntry[] {
    return this.#deadLetters;
  }
}
