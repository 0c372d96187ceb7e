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
