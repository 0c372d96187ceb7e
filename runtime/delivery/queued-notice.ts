import type { Severity } from '../../rules/rule.js';
import type { Delivery } from './notice.js';
import type { DeliveryProgress, DeliveryState, OutboxEntry } from './outbox.js';

/** A notice in the queue of its receiver. */
export class QueuedNotice {
  readonly delivery: Delivery;
  /** Its place among those of its severity. */
  readonly number: number;
  readonly expiresAt: number;
  attempts: number;
  /** Engine time. */
  nextAt: number;
  /** The receiver named the time of the next attempt. */
  isAsked = false;
  isLate: boolean;
  lastError: string | null;
  /** What comes after it in its lane. */
  next: QueuedNotice | null = null;

  constructor({ delivery, attempts, nextAt, expiresAt, isLate, lastError }: OutboxEntry, number: number) {
    this.delivery = delivery;
    this.number = number;
    this.attempts = attempts;
    this.nextAt = nextAt;
    this.expiresAt = expiresAt;
    this.isLate = isLate;
    this.lastError = lastError;
  }

  get id(): string {
    return this.delivery.notice.id;
  }

  /** As it goes out now. */
  get outgoing(): Delivery {
    const { notice } = this.delivery;
    return this.isLate && !notice.late
      ? { ...this.delivery, notice: { ...notice, late: true } }
      : this.delivery;
  }

  progress(state: DeliveryState, mergedInto: string | null = null): DeliveryProgress {
    const { attempts, nextAt, expiresAt, lastError, isLate } = this;
    return { state, attempts, nextAt, expiresAt, lastError, isLate, mergedInto };
  }
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** The more severe first, equal ones as they came. */
export function byPriority(a: QueuedNotice, b: QueuedNotice): number {
  return RANK[a.delivery.severity] - RANK[b.delivery.severity] || a.number - b.number;
}

export function byNextAttempt(a: QueuedNotice, b: QueuedNotice): number {
  return a.nextAt - b.nextAt || byPriority(a, b);
}

/**
 * Of a notice whose alert has ended before it could be told: those of the lane that are not worth telling any more, the
 * notice itself first, and the one that tells of the end instead. `null`: it is to be told as it is.
 */
export function supersededBy(first: QueuedNotice): { merged: QueuedNotice[]; by: QueuedNotice } | null {
  const merged: QueuedNotice[] = [];
  for (let notice: QueuedNotice | null = first; notice !== null; notice = notice.next) {
    const { alerts } = notice.delivery.notice;
    const [alert] = alerts;
    if (alert === undefined || alerts.length > 1 || alert.event.episode !== episodeOf(first)) return null;
    if (alert.event.event === 'resolved') return merged.length === 0 ? null : { merged, by: notice };
    merged.push(notice);
  }
  return null;
}

function episodeOf({ delivery }: QueuedNotice): string | null {
  return delivery.notice.alerts[0]?.event.episode ?? null;
}
