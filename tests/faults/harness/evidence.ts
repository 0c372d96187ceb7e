import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Command, Plan } from '../../../rules/engine.js';
import type { JsonValue } from '../../../rules/reading.js';
import type { SentMessage } from './numbered-publisher.js';
import type { WebhookRequest } from './webhook-sink.js';

/** What the program exported of its journal. Times are engine time. */
export interface StoredMessage {
  readonly topic: string;
  readonly payload: JsonValue;
  readonly time: number;
  readonly arrival: number;
}

export interface StoredGap {
  readonly from: number;
  readonly to: number;
}

/** In the order in which they were stored. */
export type StoredRecord =
  | { readonly kind: 'message'; readonly message: StoredMessage }
  | { readonly kind: 'gap'; readonly gap: StoredGap }
  | { readonly kind: 'command'; readonly time: number; readonly command: Command }
  | {
      readonly kind: 'plan';
      readonly time: number;
      readonly plan: Plan;
      /** What of it had seen the past, and so began as if it had always been there. */
      readonly warmed: readonly string[];
    }
  /** Nothing but that time had come this far. */
  | { readonly kind: 'other'; readonly time: number };

/** What is left when a run with faults is over: what each side says of it. */
export interface Evidence {
  /** The devices. */
  readonly sent: readonly SentMessage[];
  /** The program: what came in, what it decided, what it owed. */
  readonly records: readonly StoredRecord[];
  /** As JSON, in order; without those of the program itself. */
  readonly events: readonly string[];
  /** What the exported journal gives when it is replayed. */
  readonly replayed: readonly string[];
  readonly accounting: Readonly<Record<string, number>>;
  /** The pure engine, over the stored messages as if nothing had ever been killed. */
  readonly uninterrupted: readonly AlertEvent[];
  /** The receivers, by name. */
  readonly receivers: readonly string[];
  readonly requests: readonly WebhookRequest[];
}
