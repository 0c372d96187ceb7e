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

/** Notices that are not worth telling any more, and the one that tells it instead. */
export interface Superseded {
  readonly merged: readonly QueuedNotice[];
  readonly by: QueuedNotice;
  /** What it tells is old, and goes out marked so. */
  readonly isLate: boolean;
}

/**
 * What has become of a notice that waited for long, by those that come after it in its lane: an alert that has ended is
 * told in one notice, a reminder is none any more if there is news, and a group is told as it is by now. `null`: it is to
 * be told as it is.
 */
export function supersededBy(first: QueuedNotice): Superseded | null {
  const { kind } = first.delivery.notice;
  if (kind === 'repeat')
    return first.next === null ? null : { merged: [first], by: first.next, isLate: false };
  return kind === 'group' ? groupSuperseded(first) : endSuperseded(first);
}

function endSuperseded(first: QueuedNotice): Superseded | null {
  const merged: QueuedNotice[] = [];
  for (let notice: QueuedNotice | null = first; notice !== null; notice = notice.next) {
    const { alerts } = notice.delivery.notice;
    const [alert] = alerts;
    if (alert === undefined || alerts.length > 1 || alert.event.episode !== episodeOf(first)) return null;
    if (alert.event.event === 'resolved')
      return merged.length === 0 ? null : { merged, by: notice, isLate: true };
    merged.push(notice);
  }
  return null;
}

/** Later notices of a group list what still fires and what has ended since. What ended before them only this one tells. */
function groupSuperseded(first: QueuedNotice): Superseded | null {
  const { alerts, omitted } = first.delivery.notice;
  const open = new Set(alerts.filter(({ isKnown }) => isKnown !== true).map(({ event }) => event.episode));
  for (let notice = first.next; notice !== null && omitted === 0; notice = notice.next) {
    for (const { event } of notice.delivery.notice.alerts) open.delete(event.episode);
    if (open.size === 0) return { merged: [first], by: notice, isLate: true };
  }
  return null;
}

function episodeOf({ delivery }: QueuedNotice): string | null {
  return delivery.notice.alerts[0]?.event.episode ?? null;
}
