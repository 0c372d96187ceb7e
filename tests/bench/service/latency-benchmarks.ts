import { WebhookSink } from '../../faults/harness/webhook-sink.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device, steadily } from './device.js';
import { type BrokerProcess, startBare, startService } from './processes.js';
import { loadMessage, serviceSite } from './service-rules.js';

const LOAD_PER_SECOND = 10_000;
/** A thousand machines appear at once, each an instance of ten rules: that takes a second, and is not what is measured. */
const WARM_UP_MS = 4_000;
const MEASURED_MS = 6_000;
/** For the last ones to arrive. */
const ARRIVAL_MS = 1_000;
/** On a machine that has no time for it at all. */
const PATIENCE = 20;

/** How long each probe took, in ms. */
type Latencies = readonly number[];

interface Probing {
  readonly perSecond: number;
  /** Sees that somebody has heard of the probe with this number. */
  onArrival(arrived: (n: number) => void): void | Promise<void>;
}

/** Sends probes among a steady load; every other one raises an alert, the others end it. */
async function probe(
  broker: BrokerProcess,
  { perSecond, onArrival }: Probing,
  scale: number,
): Promise<Latencies> {
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const devices = await Promise.all(
    [0, 1, 2, 3].map((index) => Device.connect(broker.port, `load-${index}`)),
  );
  const prober = await Device.connect(broker.port, 'prober');
  const warmUpMs = WARM_UP_MS * Math.min(1, scale * 100);
  let measuredFrom = Number.POSITIVE_INFINITY;
  await onArrival((n) => {
    const sent = sentAt[n];
    if (sent !== undefined && sent > measuredFrom) latencies.push(performance.now() - sent);
  });
  let loaded = 0;
  const load = steadily(LOAD_PER_SECOND, (count) => {
    const messages = Array.from({ length: count }, (_, index) => loadMessage(loaded + index));
    devices[loaded % devices.length]?.send(...messages);
    loaded += count;
  });
  const probes = steadily(perSecond, (count) => {
    for (let i = 0; i < count; i++) {
      const n = sentAt.push(performance.now()) - 1;
      prober.send({ topic: 'probe/value', payload: `{"value":${n % 2 === 0 ? 90 : 70},"n":${n}}` });
    }
  });
  await passed(warmUpMs);
  measuredFrom = performance.now();
  await passed(Math.max(MEASURED_MS * scale, 500));
  probes.stop();
  load.stop();
  await passed(ARRIVAL_MS);
  for (let i = 0; i < PATIENCE && latencies.length === 0; i++) await passed(ARRIVAL_MS);
  for (const device of [...devices, prober]) device.close();
  return latencies;
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** By a subscriber: the broker passes a message on once the hook has dealt with it, decision included. */
async function decisions(broker: BrokerProcess, scale: number): Promise<Latencies> {
  const watcher = await Device.connect(broker.port, 'watcher');
  await watcher.subscribe('probe/#');
  const onArrival = (arrived: (n: number) => void) => {
    watcher.onPacket = ({ body }) =>
      arrived(JSON.parse(body.subarray(2 + body.readUInt16BE(0)).toString()).n);
  };
  const latencies = await probe(broker, { perSecond: 200, onArrival }, scale);
  watcher.close();
  return latencies;
}

/** By a webhook receiver. */
async function webhooks(broker: BrokerProcess, sink: WebhookSink, scale: number): Promise<Latencies> {
  const onArrival = (arrived: (n: number) => void) => {
    sink.answer = ({ body }) => {
      const { n, alerts } = JSON.parse(body);
      arrived(n ?? alerts[0].values.n);
      return { kind: 'status', status: 204 };
    };
  };
  return probe(broker, { perSecond: 100, onArrival }, scale);
}

function percentile(latencies: Latencies, share: number): Sample {
  const sorted = latencies.toSorted((a, b) => a - b);
  const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (ms === undefined) throw new Error('no probe arrived');
  return { operations: 1, wallNs: ms * 1e6, cpuNs: 0, bytes: 0, result: 0 };
}

type Measure = (scale: number) => Promise<Latencies>;

const ourDecisions: Measure = async (scale) => {
  const service = await startService(serviceSite());
  return decisions(service, scale).finally(() => service.stop());
};

const bareDecisions: Measure = async (scale) => {
  const bare = await startBare('hook');
  return decisions(bare, scale).finally(() => bare.stop());
};

const ourWebhooks: Measure = (scale) =>
  withSink(async (sink) => {
    const service = await startService(serviceSite({ url: sink.url() }));
    return webhooks(service, sink, scale).finally(() => service.stop());
  });

const bareWebhooks: Measure = (scale) =>
  withSink(async (sink) => {
    const bare = await startBare('fetch', sink.url());
    return webhooks(bare, sink, scale).finally(() => bare.stop());
  });

async function withSink<T>(use: (sink: WebhookSink) => Promise<T>): Promise<T> {
  const sink = await WebhookSink.start();
  return use(sink).finally(() => sink.stop());
}

const PERCENTILES = { median: 0.5, p99: 0.99 } as const;
type PercentileName = keyof typeof PERCENTILES;

const benchmark = (id: string, measure: Measure, name: PercentileName): Benchmark => ({
  id: `service/${id} ${name}`,
  run: async (scale) => percentile(await measure(scale), PERCENTILES[name]),
});

interface Compared {
  readonly what: string;
  readonly ours: Measure;
  readonly bare: Measure;
  readonly reference: string;
  readonly ratioMax: number;
}

const row = (name: PercentileName, { what, ours, bare, reference, ratioMax }: Compared): Row => ({
  what: `${what}, ${name}`,
  benchmark: benchmark(what, ours, name),
  unit: 'ms',
  basis: 'wall',
  reference: { name: reference, benchmark: benchmark(reference, bare, name), compare: 'ratio' },
  target: { bound: 'at most', value: ratioMax, of: 'ratio' },
});

const DECISION = {
  what: 'publish to decision at 10,000 messages/s',
  reference: 'bare aedes hook',
  ours: ourDecisions,
  bare: bareDecisions,
};
const WEBHOOK = {
  what: 'publish to webhook at 10,000 messages/s',
  reference: 'aedes and fetch',
  ours: ourWebhooks,
  bare: bareWebhooks,
};

export const latencyRows: readonly Row[] = [
  row('median', { ...DECISION, ratioMax: 1.3 }),
  row('p99', { ...DECISION, ratioMax: 2 }),
  row('median', { ...WEBHOOK, ratioMax: 2 }),
  row('p99', { ...WEBHOOK, ratioMax: 2 }),
];
