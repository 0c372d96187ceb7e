import type { Scalar } from './reading.js';
import type { Severity } from './rule.js';

export type AlertEventKind = 'pending' | 'firing' | 'severity' | 'cleared' | 'unsuppressed' | 'resolved';

/** Why an alert ended (`resolved`, `cleared`); `pending`: the delay broke off before the alert started. */
export type EndReason =
  | 'normal'
  | 'reset'
  | 'inactive'
  | 'unknown'
  | 'rule changed'
  | 'rule removed'
  | 'disabled'
  | 'forgotten'
  | 'pending';

/**
 * One change of one alert. The engine builds every event with its keys in this order, the last five only where
 * they are set, so that `JSON.stringify` gives the published form (rule reference, section 7) byte for byte.
 */
export interface AlertEvent {
  /** Epoch ms: engine time + offset. */
  readonly time: number;
  readonly rule: string;
  readonly event: AlertEventKind;
  readonly severity: Severity;
  /** In `groupBy` order, then the fixed ones by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Every input, then every `let`, in file order; unknown is `null`. */
  readonly values: Readonly<Record<string, Scalar | null>>;
  readonly message: string;
  /** First 16 hex digits of sha256 over rule id, labels as JSON and firing time; `null` while pending. */
  readonly episode: string | null;
  readonly previous?: Severity;
  readonly reason?: EndReason;
  readonly suppressed?: true;
  readonly late?: true;
  readonly stale?: true;
}
