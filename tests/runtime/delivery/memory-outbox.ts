import type { Delivery } from '../../../runtime/delivery/notice.js';
import {
  type DeliveryProgress,
  type Outbox,
  type OutboxEntry,
  unattempted,
} from '../../../runtime/delivery/outbox.js';

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
  }

  deadLetters(): readonly OutboxEntry[] {
    return this.#deadLetters;
  }
}
