import type { Delivery } from './notice.js';

/** How one attempt to deliver went. Reasons are for people: one line, without secrets. */
export type AttemptResult =
  | { readonly kind: 'delivered' }
  /** Worth another try; `afterMs`: when the receiver asked for it, else as the schedule says. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** It will never take this. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** Somebody who is told: a mailbox, a web service. */
export interface Receiver {
  readonly name: string;
  /** Equal for receivers of equal settings, secrets included; shown nowhere. */
  readonly fingerprint: string;
  /** Attempts that may be under way at once. */
  readonly concurrency: number;
  /**
   * Tries to deliver once, within a time limit of its own. Expected failures are results, not exceptions.
   *
   * @param signal aborts the attempt; it is then worth another try
   */
  attempt(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult>;
}
