import type { AlertEvent } from '../alert-event.js';
import type { Scalar } from '../reading.js';
import type { Rule } from '../rule.js';
import type { Change } from './alert.js';
import type { Fired } from './episode.js';
import { durationText, messageText } from './message-text.js';
import type { Moment } from './moment.js';

/** What an event tells of. */
export interface EventSubject {
  readonly rule: Rule;
  readonly labels: Readonly<Record<string, string>>;
  readonly isStale: boolean;
  values(): Record<string, Scalar | null>;
}

/** A change of an alert, dressed as an event. @param fired the alert, where it is more than pending */
export function eventOf(
  subject: EventSubject,
  change: Change,
  moment: Moment,
  fired: Fired | null,
): AlertEvent {
  const { rule, labels } = subject;
  const values = subject.values();
  const isPending = change.event === 'pending' || change.reason === 'pending';
  const durationMs = isPending || fired === null ? 0 : moment.now - fired.at;
  return {
    time: moment.now + moment.offset,
    rule: rule.id,
    event: change.event,
    severity: change.severity,
    labels,
    values,
    message: messageText(rule.message, (name) => {
      if (Object.hasOwn(values, name)) return values[name] ?? null;
      if (Object.hasOwn(labels, name)) return labels[name] ?? null;
      if (name === 'rule') return rule.id;
      if (name === 'severity') return change.severity;
      return name === 'duration' ? durationText(durationMs) : null;
    }),
    episode: isPending ? null : (fired?.episode ?? null),
    ...(change.previous === undefined ? {} : { previous: change.previous }),
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    ...(moment.late ? { late: true as const } : {}),
    ...(subject.isStale ? { stale: true as const } : {}),
  };
}
