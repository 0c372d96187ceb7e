import type { AlertEvent } from '../../../rules/alert-event.js';

/** What everybody must be told. */
export interface ExpectedNotice {
  readonly kind: 'firing' | 'severity' | 'resolved';
  readonly event: AlertEvent;
}

/**
 * Who routes all alerts to everybody owes them this: every start, change of severity and end, but nothing while it is
 * suppressed; and whoever was told that an alert fires hears of its end.
 */
export function expectedNotices(events: readonly AlertEvent[]): ExpectedNotice[] {
  const told = new Set<string | null>();
  return events.flatMap((event): ExpectedNotice[] => {
    const kind = kindOf(event, told.has(event.episode));
    if (kind === null) return [];
    told.add(event.episode);
    return [{ kind, event }];
  });
}

function kindOf({ event, suppressed }: AlertEvent, isTold: boolean): ExpectedNotice['kind'] | null {
  switch (event) {
    case 'firing':
    case 'severity':
      return suppressed === true ? null : event;
    case 'unsuppressed':
      return isTold ? null : 'firing';
    case 'resolved':
      return isTold ? 'resolved' : null;
    case 'pending':
    case 'cleared':
      return null;
  }
}
