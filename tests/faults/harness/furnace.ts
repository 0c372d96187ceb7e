import type { FaultRun } from './fault-run.js';
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
