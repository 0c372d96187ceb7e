import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Message } from '../../rules/reading.js';
import type { Delivery } from '../delivery/notice.js';
import type { MemoryOutbox } from '../delivery/outbox.js';

/** One input of the engine, as it has to be kept to be played again. */
export type LedgerInput =
  | {
      readonly kind: 'message';
      readonly received: ReceivedMessage;
      /** What was made of it, in order. */
      readonly messages: readonly Message[];
      /** Engine time. */
      readonly arrival: number;
      readonly offset: number;
    }
  | { readonly kind: 'offset'; readonly offset: number; readonly time: number };

/** What belongs together: an input, what it led to, and whom that is owed. All of it is kept, or none. */
export interface LedgerBatch {
  /** `null`: time passed, which needs no record. */
  readonly input: LedgerInput | null;
  readonly events: readonly AlertEvent[];
  readonly deliveries: readonly Delivery[];
}

/** Keeps what must survive. The only place that inputs, events and deliveries go through together. */
export interface Ledger {
  /** Resolves when the batch can no longer be lost; batches are kept in the order in which they were appended. */
  append(batch: LedgerBatch): Promise<void>;
}

const KEPT = Promise.resolve();

/** A ledger that ends with the process: deliveries go to the outbox, the rest is forgotten at once. */
export class MemoryLedger implements Ledger {
  readonly #outbox: MemoryOutbox;

  constructor(outbox: MemoryOutbox) {
    this.#outbox = outbox;
  }

  append({ deliveries }: LedgerBatch): Promise<void> {
    if (deliveries.length > 0) this.#outbox.add(deliveries);
    return KEPT;
  }
}
