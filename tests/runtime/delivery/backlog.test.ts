/**
 * After a day without a network: 50,000 notices wait for one receiver. They go out in order of their severity, faster
 * than anybody asked, in bounded memory, and what has ended meanwhile goes out once.
 */
import { expect, test } from 'vitest';
import type { Severity } from '../../../rules/rule.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { type OutboxEntry, unattempted } from '../../../runtime/delivery/outbox.js';
import type { AttemptResult, Receiver } from '../../../runtime/delivery/receiver.js';
import { delivery, NOON } from './delivery-fixture.js';
import { desk, FAIL, MINUTE_MS, settled } from './desk-fixture.js';
import { answer, server, webhook } from './webhook-fixture.js';

const COUNT = 50_000;
const DAY_MS = 86_400_000;
const SEVERITIES: readonly Severity[] = ['info', 'critical', 'warning'];

function backlog(count: number, createdAt = NOON): OutboxEntry[] {
  return Array.from({ length: count }, (_, n) => {
    const severity = SEVERITIES[n % 3] ?? 'info';
    const one = { ...delivery({ episode: `e${n}`, severity }), createdAt, expiresAt: createdAt + 3 * DAY_MS };
    return { delivery: one, ...unattempted(one) };
  });
}

class Counting implements Receiver {
  readonly name = 'scada';
  readonly fingerprint = 'a';
  readonly concurrency = 8;
  readonly told: Delivery[] = [];
  attempts = 0;
  isDown = false;

  async attempt(one: Delivery): Promise<AttemptResult> {
    this.attempts += 1;
    if (this.isDown) return FAIL;
    this.told.push(one);
    return { kind: 'delivered' };
  }
}

test('the worst first, equal ones as they came', async () => {
  const receiver = new Counting();
  const queued = backlog(COUNT);
  const { outbox } = desk([receiver], { queued, queuedMax: COUNT });
  while (receiver.told.length < COUNT) await settled();
  const expected = (['critical', 'warning', 'info'] as const).flatMap((severity) =>
    queued.filter((entry) => entry.delivery.severity === severity).map((entry) => entry.delivery.lane),
  );
  expect(receiver.told.map(({ lane }) => lane)).toEqual(expected);
  expect(outbox.counts).toEqual({ queued: 0, delivered: COUNT, merged: 0, expired: 0, dead: 0 });
});

test('over a day of failures few attempts are made, and nothing is lost', async () => {
  const receiver = new Counting();
  receiver.isDown = true;
  const { outbox, advance } = desk([receiver], { queued: backlog(5_000), queuedMax: COUNT });
  await advance(DAY_MS / 24);
  // One every five seconds at most.
  expect(receiver.attempts).toBeLessThanOrEqual(8 + 720);
  receiver.isDown = false;
  await advance(MINUTE_MS);
  while (outbox.counts.queued > 0) await settled();
  expect(outbox.counts).toMatchObject({ delivered: 5_000, expired: 0, dead: 0 });
  expect(new Set(receiver.told.map(({ notice }) => notice.id)).size).toBe(5_000);
});

test('what has ended meanwhile is told once', async () => {
  const receiver = new Counting();
  const queued = backlog(1_000, NOON - DAY_MS).flatMap((entry) => {
    const { lane, severity } = entry.delivery;
    const end = delivery({ episode: lane, severity, number: 2, kind: 'resolved' });
    return [entry, { delivery: end, ...unattempted(end) }];
  });
  const { outbox } = desk([receiver], { queued });
  while (outbox.counts.queued > 0) await settled();
  expect(receiver.told.map(({ notice }) => `${notice.kind} ${notice.late}`)).toEqual(
    Array(1_000).fill('resolved true'),
  );
  expect(outbox.counts).toMatchObject({ delivered: 1_000, merged: 1_000 });
});

test('over a real connection more than 50 a second, in bounded memory', async () => {
  const { url, requests, received } = await server(answer(204));
  const { receiver } = webhook(url);
  const queued = backlog(COUNT);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const { desk: made, outbox } = desk([receiver], { queued, queuedMax: COUNT });
  await received(2_000);
  const seconds = (performance.now() - start) / 1_000;
  const stopped = made.stop(0);
  await stopped;
  expect(requests.length / seconds).toBeGreaterThan(50);
  expect(outbox.counts.delivered).toBeGreaterThanOrEqual(2_000);
  // What the queue itself takes for 50,000 notices.
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
});
