import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Evidence, StoredRecord } from './evidence.js';
import { expectedNotices } from './expected-notices.js';
import { SUPPRESSIBLE } from './fault-site.js';
import { isTaken, type WebhookRequest } from './webhook-sink.js';

/** One broken promise, in words. */
export type Violation = string;

/** As many of a kind as help; thousands would hide the others. */
const SHOWN_MAX = 5;

/**
 * What was promised, held against what is left after a run with faults. Nothing acknowledged is lost, nothing is stored
 * twice, the events are those of the inputs, everybody heard of everything, and the sums add up.
 */
export function violationsOf(evidence: Evidence): Violation[] {
  return [
    ...shown('acknowledged and not stored', lost(evidence)),
    ...shown('stored more than once', storedTwice(evidence)),
    ...shown('stored and never sent', neverSent(evidence)),
    ...shown('replay of the journal', differences(evidence.events, evidence.replayed)),
    ...shown(
      'run without kills',
      differences(timeless(parsed(evidence.events)), timeless(evidence.uninterrupted)),
    ),
    ...shown('owed and not delivered', undelivered(evidence)),
    ...shown('delivered and not owed', unowed(evidence)),
    ...shown('one notice under several ids', severalIds(evidence)),
    ...shown('one id for several things', severalBodies(evidence.requests)),
    ...shown(
      'signature',
      evidence.requests.filter(({ isSigned }) => !isSigned).map(({ id }) => id),
    ),
    ...shown('accounting', accountingErrors(evidence)),
  ];
}

function shown(what: string, found: readonly string[]): Violation[] {
  if (found.length === 0) return [];
  const rest = found.length - SHOWN_MAX;
  return [`${what} (${found.length}): ${found.slice(0, SHOWN_MAX).join(' | ')}${rest > 0 ? ' | …' : ''}`];
}

function lost({ sent, records }: Evidence): string[] {
  const stored = new Set(storedKeys(records));
  return sent
    .filter(({ acknowledgedAt }) => acknowledgedAt !== null)
    .map(({ clientId, n }) => `${clientId} ${n}`)
    .filter((key) => !stored.has(key));
}

function storedTwice({ records }: Evidence): string[] {
  const seen = new Set<string>();
  return storedKeys(records).filter((key) => seen.size === seen.add(key).size);
}

function neverSent({ sent, records }: Evidence): string[] {
  const known = new Set(sent.map(({ clientId, n }) => `${clientId} ${n}`));
  return storedKeys(records).filter((key) => !known.has(key));
}

/** `m1 17`, by what the payloads say. */
function storedKeys(records: readonly StoredRecord[]): string[] {
  return records.flatMap((record) => {
    if (record.kind !== 'message') return [];
    const { payload } = record.message;
    if (typeof payload !== 'object' || payload === null || !('by' in payload))
      return [JSON.stringify(payload)];
    return [`${payload['by']} ${payload['n']}`];
  });
}

/** Where two lists part, and how they go on there. */
function differences(live: readonly string[], other: readonly string[]): string[] {
  const length = Math.max(live.length, other.length);
  for (let i = 0; i < length; i++) {
    if (live[i] === other[i]) continue;
    return [
      `event ${i} of ${live.length} and ${other.length}: ${live[i] ?? 'none'} instead of ${other[i] ?? 'none'}`,
    ];
  }
  return [];
}

/** What must be the same whenever it happened; `late` is a matter of time too. */
function timeless(events: readonly AlertEvent[]): string[] {
  return events.map(({ time, episode, late, ...rest }) => JSON.stringify(rest));
}

function parsed(events: readonly string[]): AlertEvent[] {
  return events.map((event): AlertEvent => JSON.parse(event));
}

function undelivered(evidence: Evidence): string[] {
  const told = new Set(toldOf(evidence.requests.filter(isTaken)).map(({ key }) => key));
  return owed(evidence).filter((key) => !told.has(key));
}

function unowed(evidence: Evidence): string[] {
  const due = new Set(owed(evidence));
  const stored = new Set(evidence.events);
  return toldOf(evidence.requests)
    .filter(({ key, event }) =>
      event.rule === SUPPRESSIBLE ? !stored.has(JSON.stringify(event)) : !due.has(key),
    )
    .map(({ key, storage }) => (storage === undefined ? key : `${key} (storage ${storage})`));
}

function owed({ events, receivers }: Evidence): string[] {
  const notices = expectedNotices(parsed(events).filter(({ rule }) => rule !== SUPPRESSIBLE));
  return receivers.flatMap((receiver) => notices.map((notice) => `${receiver} ${JSON.stringify(notice)}`));
}

function severalIds({ requests }: Evidence): string[] {
  const ids = new Map<string, string>();
  return toldOf(requests).flatMap(({ key, id }) => {
    const first = ids.get(key) ?? id;
    ids.set(key, first);
    return first === id ? [] : [`${first} and ${id}: ${key}`];
  });
}

function severalBodies(requests: readonly WebhookRequest[]): string[] {
  const bodies = new Map<string, string>();
  return requests.flatMap(({ id, body: bytes }) => {
    // Only this may differ: a notice that could not wait for the disk says so, until it is stored; and one that a power cut
    // made forgotten may be late when it is sent again, or tell what an earlier one was to tell.
    const body = bytes
      .replace(/,"storage":"degraded"\}$/, '}')
      .replace(/("sentAt":\d+,"late":)true/, '$1false');
    const first = bodies.get(id) ?? body;
    bodies.set(id, first);
    return first === body ? [] : [`${id}: ${first} and ${body}`];
  });
}

interface Told {
  readonly id: string;
  readonly event: AlertEvent;
  /** What is told, and to whom: the same text for the same thing. */
  readonly key: string;
  /** `degraded`: it went out before it was stored. */
  readonly storage?: string;
}

/** What a request tells a receiver; those about the program itself are left out. */
function toldOf(requests: readonly WebhookRequest[]): Told[] {
  return requests.flatMap(({ id, body }) => {
    const { receiver, kind, alerts, storage } = JSON.parse(body);
    return alerts
      .filter(({ rule }: AlertEvent) => !rule.startsWith('tocsin/'))
      .map((alert: Record<string, unknown>) => {
        const { title, runbook, startedAt, url, ...event } = alert;
        return { id, event, storage, key: `${receiver} ${JSON.stringify({ kind, event })}` };
      });
  });
}

function accountingErrors({ accounting, events }: Evidence): string[] {
  // Where nothing was raised there is no row.
  const { raised = events.length === 0 ? 0 : Number.NaN, ...states } = accounting;
  const sum = Object.values(states).reduce((total, count) => total + count, 0);
  return sum === raised ? [] : [`${raised} raised, but ${sum} accounted for: ${JSON.stringify(states)}`];
}
