import type { EngineCounters, Explanation } from '../../rules/engine.js';
import type { Issue } from '../../rules/format/issue.js';
import type { Scalar } from '../../rules/reading.js';
import type { Severity } from '../../rules/rule.js';
import type { NoticeKind } from '../delivery/notice.js';
import type { DeliveryState } from '../delivery/outbox.js';
import type { ObligationState } from '../storage/ledger.js';
import type { MutingAlert } from './muting-alerts.js';

/*
 * What a running service shows of itself: the published JSON of `status`, `alerts`, `deliveries` and `explain`, key by
 * key and in this order. All times are epoch ms as in alert events: engine time + offset.
 */

/** One alert that has not ended. */
export interface AlertView {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: Severity;
  readonly state: 'firing' | 'latched';
  readonly episode: string;
  /** When it began. */
  readonly since: number;
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  readonly shelvedUntil: number | null;
  readonly silenced: boolean;
  readonly suppressed: boolean;
  /** An input of its rule is silent. */
  readonly stale: boolean;
  /** As of its latest event, and so is the message. */
  readonly values: Readonly<Record<string, Scalar | null>>;
  readonly message: string;
}

/** One notice to one receiver. */
export interface DeliveryView {
  readonly id: string;
  readonly receiver: string;
  readonly kind: NoticeKind;
  readonly state: DeliveryState;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** Of the next attempt; `null`: there will be none. */
  readonly nextAt: number | null;
  readonly lastError: string | null;
  readonly createdAt: number;
  /** What it tells of. */
  readonly episodes: readonly string[];
}

/** A file of the site, and what is in force of it. */
export interface FileView {
  readonly file: string;
  /**
   * `last-good`: it has errors, and what it said before is in force. `broken`: it has errors, and nothing of it is in
   * force but what is right. `missing`: it is gone, and what it said is still in force.
   */
  readonly state: 'ok' | 'last-good' | 'broken' | 'missing';
  readonly errors: readonly Issue[];
}

/** A way by which messages come. */
export interface ConnectionView {
  /** `embedded`: our own broker. */
  readonly name: string;
  /** `127.0.0.1:1883`, `mqtts://broker:8883`; never with a password. */
  readonly address: string;
  readonly state: 'up' | 'down';
  /** Since when it is so; `null`: it was never up. */
  readonly since: number | null;
  /** Connected to our own broker; `null` for another one. */
  readonly clients: number | null;
  /** Why it is down, in words. */
  readonly lastError: string | null;
}

/** What was owed to receivers since the beginning. `raised` is the sum of the others. */
export type AccountingView = Readonly<Record<ObligationState | 'raised', number>>;

/** A message that was not taken, or not as it came: short and printable, without what looks like a password. */
export interface RejectionView {
  /** The embedded broker, or the name of a connection. */
  readonly source: string;
  readonly reason: string;
  /** When the latest was rejected, epoch ms; the sample is from the second before. */
  readonly lastAt: number;
  readonly topic: string;
  readonly sender: string;
  /** Its first bytes; those that are no printable ASCII as `\xNN`. */
  readonly payload: string;
}

export interface StatusView {
  readonly gateway: string;
  readonly version: string;
  /** `null`: it does not run. */
  readonly pid: number | null;
  readonly startedAt: number | null;
  /** It listens and evaluates. */
  readonly ready: boolean;
  readonly connections: readonly ConnectionView[];
  readonly intake: {
    readonly messages: number;
    readonly readings: number;
    /** What was not taken, or not as it came, by reason. */
    readonly rejected: Readonly<Record<string, number>>;
    /** For reasons of which there is a message to show, one of the latest. Left out by services before 0.1. */
    readonly samples?: readonly RejectionView[];
  };
  readonly engine: {
    readonly rules: number;
    readonly instances: EngineCounters['instances'];
    /** `null`: it never was anywhere. */
    readonly time: number | null;
    /** By how much evaluation is behind the clock. */
    readonly lagMs: number;
    /** What does not run yet as the files say, as it sees the past first: rules by id, `view:id`, `model:id`. */
    readonly warming: readonly string[];
  };
  readonly storage: {
    readonly mode: 'strict' | 'balanced' | 'eco';
    readonly degraded: boolean;
    readonly journalBytes: number;
    readonly historyBytes: number;
    /** Since the start. */
    readonly commits: number;
  };
  readonly outbox: {
    readonly queued: number;
    /** How long the oldest has waited; `null`: none waits. */
    readonly oldestMs: number | null;
    /** Dead letters: what was given up on or has expired, and is kept. */
    readonly dead: number;
  };
  readonly accounting: AccountingView;
  readonly files: readonly FileView[];
  /** Alerts of the program about itself: `tocsin/…`. */
  readonly system: readonly AlertView[];
}

/** What one instance sees now, and who was told of its alert. */
export interface ExplanationView extends Explanation {
  readonly time: number;
  /** The alert that is on; `null`: none. */
  readonly alert: Pick<AlertView, 'episode' | 'since' | 'suppressed'> | null;
  /** Alerts that suppress this one, or would if it fired. */
  readonly mutedBy: readonly MutingAlert[];
  /** The latest notice of that alert to each receiver. */
  readonly told: readonly ToldView[];
}

/** In a replay a notice is only worked out: it would have gone out, or would go out then if nothing changes. */
export interface ToldView extends Pick<DeliveryView, 'id' | 'receiver' | 'kind' | 'lastError'> {
  readonly state: DeliveryView['state'] | 'would-have-gone' | 'would-go';
  /** Of a replay only: when. */
  readonly at?: number;
}
