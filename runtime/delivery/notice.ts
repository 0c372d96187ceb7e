import { createHash } from 'node:crypto';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Severity } from '../../rules/rule.js';

/**
 * What a notice tells: an alert began, changed its severity, or ended; it still fires, and its receiver is reminded, or
 * somebody else is told; several alerts at once (`group`); what there was no room for (`summary`); something about the
 * program itself; nothing, to see whether it arrives.
 */
export type NoticeKind =
  | 'firing'
  | 'severity'
  | 'resolved'
  | 'repeat'
  | 'escalation'
  | 'group'
  | 'summary'
  | 'system'
  | 'test';

/** An alert event with what its rule says about it. */
export interface NoticeAlert {
  readonly event: AlertEvent;
  readonly title: string;
  readonly runbook: string | null;
  /** When the alert began: epoch ms. */
  readonly startedAt: number;
  /** Where it is shown; `null`: nowhere. */
  readonly url: string | null;
  /** Of the inputs that have one, by name. */
  readonly units: Readonly<Record<string, string>>;
  /** What raised it, in the words of its rule: `temp above 80 for 30s`. */
  readonly condition?: string;
  /** It does not end by itself: a person has to reset it. */
  readonly isLatched?: true;
  /** It comes and goes: more often than so many times in so much time. It is held until it is calm for so long. */
  readonly flapping?: { readonly max: number; readonly perMs: number };
  /** The receiver knows of it; it is listed since it goes on. */
  readonly isKnown?: true;
}

/** What is going to happen if an alert goes on. */
export interface Outlook {
  /** It is told again after so long. */
  readonly repeatMs?: number;
  /** Others are told of it, at this time (epoch ms). */
  readonly escalation?: { readonly at: number; readonly to: readonly string[] };
}

/** What one receiver is told, the same at every attempt. */
export interface Notice {
  /** 26 characters, the same at every attempt and after every restart. */
  readonly id: string;
  readonly gateway: string;
  readonly receiver: string;
  readonly kind: NoticeKind;
  /** Epoch ms. */
  readonly sentAt: number;
  /** It tells of something long past. */
  readonly late: boolean;
  readonly alerts: readonly NoticeAlert[];
  /** Alerts left out for size. */
  readonly omitted: number;
  readonly outlook?: Outlook;
  /** It goes out from memory: the disk takes nothing at present. */
  readonly storage?: 'degraded';
}

/** A notice on its way to its receiver. Times are engine time, which no step of the wall clock moves. */
export interface Delivery {
  readonly notice: Notice;
  /** Notices of one lane (an episode, or a group of alerts) reach a receiver in their order. */
  readonly lane: string;
  /** The more severe goes first. */
  readonly severity: Severity;
  /** How many obligations it meets; 0: nobody owed it, as with repeats. */
  readonly obligations: number;
  /** The first notice of the lane to this receiver, for threads in mail; the notice's own id if this is it. */
  readonly thread: string;
  readonly createdAt: number;
  /** Not tried any more from here on. */
  readonly expiresAt: number;
}

export interface NoticeKey {
  readonly gateway: string;
  readonly receiver: string;
  readonly kind: NoticeKeyKind;
  /** What there is only once of its kind: for `event` and `system`, the episode and the number of the event in it. */
  readonly key: readonly (string | number)[];
}

/** What kind of thing is told: `event` is one event of one alert of a rule. */
export type NoticeKeyKind =
  | 'event'
  | 'system'
  | Extract<NoticeKind, 'repeat' | 'escalation' | 'group' | 'summary' | 'test'>;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 26;

/** The first 26 characters of base32 (RFC 4648, lower case) over sha256 of the parts as a JSON list. */
export function noticeId({ gateway, receiver, kind, key }: NoticeKey): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([gateway, receiver, kind, key]))
    .digest();
  let id = '';
  let bits = 0;
  let count = 0;
  for (const byte of digest) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    for (; count >= 5 && id.length < ID_LENGTH; count -= 5) id += ALPHABET[(bits >> (count - 5)) & 31];
  }
  return id;
}
