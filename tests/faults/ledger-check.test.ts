/**
 * The judge of all runs with faults is judged itself: a run in which all is well has no violations, and each way to break
 * a promise is found. Method: a small true story, and one thing changed in it at a time.
 */
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Evidence, StoredRecord } from './harness/evidence.js';
import { SUPPRESSIBLE } from './harness/fault-site.js';
import { violationsOf } from './harness/ledger-check.js';
import type { SentMessage } from './harness/numbered-publisher.js';
import { OK, type WebhookRequest } from './harness/webhook-sink.js';

const SENT: SentMessage[] = [0, 1, 2].map((n) => ({
  clientId: 'm1',
  n,
  topic: 'plant/l1/m1/temp',
  payload: `{"by":"m1","n":${n}}`,
  qos: 1,
  sentAt: 1000 + n,
  acknowledgedAt: n < 2 ? 1010 + n : null,
}));

const RECORDS: StoredRecord[] = [0, 1].map((n) => ({
  kind: 'message',
  message: { topic: 'plant/l1/m1/temp', payload: { by: 'm1', n }, time: 1000 + n, arrival: 1000 + n },
}));

function event(n: number, kind: AlertEvent['event'], more: Partial<AlertEvent> = {}): AlertEvent {
  const shared = { rule: 'hot', severity: 'warning', labels: { machine: 'm1' }, message: 'hot' } as const;
  return { time: 1000 + n, event: kind, values: { temp: n }, episode: 'e1', ...shared, ...more };
}

const EVENTS = [event(0, 'firing'), event(1, 'resolved', { reason: 'normal' })];

function request(receiver: string, told: AlertEvent, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const alert = { ...told, title: 'Hot', runbook: null, startedAt: 1000, url: null };
  return {
    at: 2000,
    path: `/${receiver}`,
    id: `${receiver}-${told.event}`,
    body: JSON.stringify({
      version: 1,
      receiver,
      kind: told.event,
      sentAt: 2000,
      late: false,
      alerts: [alert],
    }),
    isSigned: true,
    answer: OK,
    ...more,
  };
}

const REQUESTS = ['a', 'b'].flatMap((receiver) => EVENTS.map((told) => request(receiver, told)));

const STORY: Evidence = {
  sent: SENT,
  records: RECORDS,
  events: EVENTS.map((told) => JSON.stringify(told)),
  replayed: EVENTS.map((told) => JSON.stringify(told)),
  accounting: { raised: 4, delivered: 3, suppressed: 1 },
  uninterrupted: EVENTS.map((told) => ({ ...told, time: told.time - 500, episode: 'other' })),
  receivers: ['a', 'b'],
  requests: REQUESTS,
};

const REFUSED = { answer: { kind: 'status', status: 500 } } as const;
const [FIRST = request('a', event(0, 'firing')), ...OTHERS] = REQUESTS;

test.each<[string, Partial<Evidence>]>([
  ['as it should be', {}],
  [
    'told again after a power cut, and late by then',
    { requests: [...REQUESTS, { ...FIRST, body: FIRST.body.replace('"late":false', '"late":true') }] },
  ],
  [
    'stored, but the acknowledgement did not get through',
    { sent: SENT.map((it) => ({ ...it, acknowledgedAt: null })) },
  ],
  ['a copy of a notice, under its id', { requests: [...REQUESTS, FIRST] }],
  [
    'a copy that went out before the disk was done',
    { requests: [{ ...FIRST, body: FIRST.body.replace(/\}$/, ',"storage":"degraded"}') }, ...REQUESTS] },
  ],
  ['refused first, taken then', { requests: [{ ...FIRST, ...REFUSED }, ...REQUESTS] }],
  [
    'whether one is told of what may be suppressed',
    {
      events: [...EVENTS, event(5, 'firing', { rule: SUPPRESSIBLE })].map((told) => JSON.stringify(told)),
      replayed: [...EVENTS, event(5, 'firing', { rule: SUPPRESSIBLE })].map((told) => JSON.stringify(told)),
      uninterrupted: [...EVENTS, event(5, 'firing', { rule: SUPPRESSIBLE })],
    },
  ],
  [
    'a notice about the program itself',
    {
      requests: [...REQUESTS, request('a', event(0, 'firing', { rule: 'tocsin/started' }), { id: 'other' })],
    },
  ],
])('no violation: %s', (_name, changed) => {
  expect(violationsOf({ ...STORY, ...changed })).toEqual([]);
});

test.each<[string, Partial<Evidence>, RegExp]>([
  ['a message lost', { records: RECORDS.slice(0, 1) }, /^acknowledged and not stored \(1\): m1 1$/],
  ['a message twice', { records: [...RECORDS, ...RECORDS.slice(1)] }, /^stored more than once \(1\): m1 1$/],
  ['a message from nowhere', { sent: SENT.slice(1) }, /^stored and never sent \(1\): m1 0$/],
  [
    'another event in the replay',
    { replayed: STORY.events.toReversed() },
    /^replay of the journal \(1\): event 0 of 2 and 2/,
  ],
  [
    'one byte of difference in the replay',
    { replayed: STORY.events.map((it) => `${it} `) },
    /^replay of the journal/,
  ],
  [
    'an event less than without kills',
    { uninterrupted: [...EVENTS, event(9, 'firing')] },
    /^run without kills \(1\): event 2 of 2 and 3: none instead of/,
  ],
  [
    'another value than without kills',
    { uninterrupted: [event(0, 'firing', { values: { temp: 7 } }), ...EVENTS.slice(1)] },
    /^run without kills/,
  ],
  ['a notice lost', { requests: OTHERS }, /^owed and not delivered \(1\): a .*firing/],
  ['a notice only refused', { requests: [{ ...FIRST, ...REFUSED }, ...OTHERS] }, /^owed and not delivered/],
  [
    'a notice of something that is not stored',
    { requests: [...REQUESTS, request('a', event(5, 'firing'), { id: 'x' })] },
    /^delivered and not owed \(1\): a/,
  ],
  [
    'a notice of something that might have been suppressed, and is not stored',
    { requests: [...REQUESTS, request('a', event(5, 'firing', { rule: SUPPRESSIBLE }), { id: 'x' })] },
    /^delivered and not owed \(1\): a/,
  ],
  [
    'a copy under another id',
    { requests: [...REQUESTS, { ...FIRST, id: 'x' }] },
    /^one notice under several ids \(1\): a-firing and x/,
  ],
  [
    'a copy with another body',
    { requests: [...REQUESTS, { ...FIRST, body: `${FIRST.body} ` }] },
    /^one id for several things \(1\): a-firing/,
  ],
  [
    'a notice not signed',
    { requests: [{ ...FIRST, isSigned: false }, ...OTHERS] },
    /^signature \(1\): a-firing$/,
  ],
  [
    'sums that do not add up',
    { accounting: { raised: 4, delivered: 3 } },
    /^accounting \(1\): 4 raised, but 3 accounted for/,
  ],
  ['no sums at all', { accounting: {} }, /^accounting/],
])('a violation: %s', (_name, changed, expected) => {
  const violations = violationsOf({ ...STORY, ...changed });
  expect(violations).toHaveLength(1);
  expect(violations[0]).toMatch(expected);
});
