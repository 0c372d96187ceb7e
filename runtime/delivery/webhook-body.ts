import type { Notice } from './notice.js';

/** The version of the body; it changes when a receiver that reads the old one would misread the new one. */
const VERSION = 1;

/** The body of a webhook in the format `tocsin`: the same bytes at every attempt. */
export function webhookBody({
  id,
  gateway,
  receiver,
  kind,
  sentAt,
  late,
  alerts,
  omitted,
  storage,
}: Notice): string {
  return JSON.stringify({
    version: VERSION,
    id,
    gateway,
    receiver,
    kind,
    sentAt,
    late,
    alerts: alerts.map(({ event, title, runbook, startedAt, url, flapping }) => ({
      ...event,
      title,
      runbook,
      startedAt,
      url,
      ...(flapping === undefined ? {} : { flapping }),
    })),
    omitted,
    ...(storage === undefined ? {} : { storage }),
  });
}
