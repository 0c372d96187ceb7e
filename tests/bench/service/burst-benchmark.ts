import { WebhookSink } from '../../faults/harness/webhook-sink.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device } from './device.js';
import { startBare, startService } from './processes.js';
import { serviceSite } from './service-rules.js';

const ALERTS = 1_000;

/** From the message that raises all alerts at once to the last webhook. */
const ours: Benchmark = {
  id: 'service/burst',
  run: (scale) =>
    measured(scale, async (sink, alerts) => {
      const service = await startService(serviceSite({ url: sink.url() }));
      const device = await Device.connect(service.port, 'device');
      for (let n = 0; n < alerts; n++) device.send({ topic: `burst/m${n}/value`, payload: '1' });
      // The first notice opens connections and loads what sends; this is about the thousand after it.
      device.send({ topic: 'probe/value', payload: '{"value":90,"n":0}' });
      await arrived(sink, 1);
      await device.publish({ topic: 'burst/none', payload: '0' });
      const start = performance.now();
      device.send({ topic: 'burst/go', payload: '1' });
      await arrived(sink, 1 + alerts);
      const ms = performance.now() - start;
      device.close();
      await service.stop();
      return ms;
    }),
};

/** A body as long as one of ours. */
const BODY = JSON.stringify({ text: 'x'.repeat(450) });

const bareLoop: Benchmark = {
  id: 'service/burst of fetches',
  run: (scale) =>
    measured(scale, async (sink, alerts) => {
      const bare = await startBare('burst', sink.url());
      const device = await Device.connect(bare.port, 'device');
      device.send({ topic: 'go', payload: JSON.stringify({ posts: 1, body: BODY }) });
      await arrived(sink, 1);
      const start = performance.now();
      device.send({ topic: 'go', payload: JSON.stringify({ posts: alerts, body: BODY }) });
      await arrived(sink, 1 + alerts);
      const ms = performance.now() - start;
      device.close();
      await bare.stop();
      return ms;
    }),
};

async function measured(
  scale: number,
  run: (sink: WebhookSink, alerts: number) => Promise<number>,
): Promise<Sample> {
  const sink = await WebhookSink.start();
  const ms = await run(sink, Math.ceil(ALERTS * scale)).finally(() => sink.stop());
  return { operations: 1, wallNs: ms * 1e6, cpuNs: 0, bytes: 0, result: 0 };
}

function arrived(sink: WebhookSink, count: number): Promise<void> {
  return new Promise((resolve) => {
    sink.answer = () => {
      // This one is counted once it is answered.
      if (sink.requests.length + 1 >= count) resolve();
      return { kind: 'status', status: 204 };
    };
    if (sink.requests.length >= count) resolve();
  });
}

export const burstRow: Row = {
  what: '1,000 alerts at once to the last webhook',
  benchmark: ours,
  unit: 'ms',
  basis: 'wall',
  reference: { name: '1,000 fetches, 8 at once', benchmark: bareLoop, compare: 'ratio' },
  target: { bound: 'at most', value: 1.5, of: 'ratio' },
};
