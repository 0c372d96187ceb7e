import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { FaultRun } from './fault-run.js';
import { statusOf } from './running-gateway.js';
import type { WebhookRequest, WebhookSink } from './webhook-sink.js';

/** One more machine, which needs no acknowledgement and is hot every other time. */
export function furnace(run: FaultRun): void {
  run.device({
    ...{ clientId: 'furnace', qos: 0, window: 1, perSecond: 20 },
    message: (n) => ({
      topic: 'plant/l2/furnace/temp',
      payload: JSON.stringify({ by: 'furnace', n, ts: Date.now(), value: n % 2 === 0 ? 70 : 85 }),
    }),
  });
}

/** What was told of it. */
export function furnaceNotices({ requests }: WebhookSink): WebhookRequest[] {
  return requests.filter(({ body }) => body.includes('"furnace"'));
}

/** Long enough for many alerts of it. */
const WATCHED_MS = 2_000;

/** While the disk takes nothing, nothing is acknowledged, and people are told all the same. */
export async function expectToldThoughNotStored(run: FaultRun): Promise<void> {
  const { acknowledged } = run.traffic;
  const told = furnaceNotices(run.sink).length;
  await sleep(WATCHED_MS);
  expect(run.traffic.acknowledged).toBe(acknowledged);
  expect(furnaceNotices(run.sink).length).toBeGreaterThan(told);
  expect((await statusOf(run.data)).storage.degraded).toBe(true);
}
