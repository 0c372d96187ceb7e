import { dataOf, statusOf } from '../../faults/harness/running-gateway.js';
import type { Benchmark, Group, Row, Sample } from '../benchmark.js';
import { Device } from './device.js';
import { FloodingBroker } from './flooding-broker.js';
import { loadBatches } from './load-batches.js';
import { type BrokerProcess, startBare, startService } from './processes.js';
import { serviceSite } from './service-rules.js';

const MESSAGES = 400_000;
/** Machine code is made and topics are bound in the first of them. */
const WARM_UP = 40_000;
const DEVICES = 8;
const LAST = { topic: 'load/last', payload: '0' };

/** What comes after each flood is taken in as well. */
const LAST_MESSAGES = 1;

/** Sends so many messages to whom is measured; resolves when they have been worked on. Gives how many it were. */
type Flood = (count: number) => Promise<number>;

async function rate(flood: Flood, scale: number): Promise<Sample> {
  await flood(WARM_UP * scale);
  const start = performance.now();
  const operations = await flood(MESSAGES * scale);
  return { operations, wallNs: (performance.now() - start) * 1e6, cpuNs: 0, bytes: 0, result: 0 };
}

async function publishers(broker: BrokerProcess, qos: 0 | 1, scale: number): Promise<Sample> {
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, (_, index) => Device.connect(broker.port, `device-${index}`)),
  );
  const flood: Flood = async (count) => {
    const each = count / DEVICES;
    const counts = await Promise.all(
      devices.map((device) =>
        qos === 0 ? device.flood(loadBatches(each, 0), LAST) : device.floodAcknowledged(loadBatches(each, 1)),
      ),
    );
    return counts.reduce((sum, one) => sum + one, 0);
  };
  const sample = await rate(flood, scale);
  for (const device of devices) device.close();
  return sample;
}

const embedded = (qos: 0 | 1, durability: 'balanced' | 'strict'): Benchmark => ({
  id: `intake/embedded, QoS ${qos}`,
  async run(scale) {
    const service = await startService(serviceSite({ durability }));
    return publishers(service, qos, scale).finally(() => service.stop());
  },
});

const bareBroker = (qos: 0 | 1): Benchmark => ({
  id: `intake/bare aedes, QoS ${qos}`,
  async run(scale) {
    const broker = await startBare('hook');
    return publishers(broker, qos, scale).finally(() => broker.stop());
  },
});

const external: Benchmark = {
  id: 'intake/external',
  async run(scale) {
    const broker = await FloodingBroker.start();
    const connections = [{ name: 'plant', url: broker.url, topics: ['load/#'], qos: 1 }];
    const service = await startService(serviceSite({ mqtt: { connections } }));
    let sent = 0;
    const sample = await rate(async (count) => {
      const some = await broker.flood(count);
      sent += some + LAST_MESSAGES;
      return some;
    }, scale);
    const { intake } = await statusOf(dataOf(service.site));
    await service.stop();
    broker.stop();
    if (intake.messages !== sent) throw new Error(`${intake.messages} of ${sent} messages arrived`);
    return sample;
  },
};

const bareSubscriber: Benchmark = {
  id: 'intake/bare subscriber',
  async run(scale) {
    const broker = await FloodingBroker.start();
    const subscriber = await startBare('subscriber', broker.url);
    return rate((count) => broker.flood(count), scale).finally(async () => {
      await subscriber.stop();
      broker.stop();
    });
  },
};

const row = (what: string, benchmark: Benchmark, name: string, bare: Benchmark, ratioMin: number): Row => ({
  what,
  benchmark,
  unit: 'per second',
  basis: 'wall',
  reference: { name, benchmark: bare, compare: 'ratio' },
  target: { bound: 'at least', value: ratioMin, of: 'ratio' },
});

/** How much the built program takes in, ten rules reading every message, beside the libraries that it stands on. */
export const intakeBenchmarks: Group = {
  name: 'intake',
  title: 'Intake',
  rows: [
    row('embedded broker, QoS 0', embedded(0, 'balanced'), 'bare aedes hook', bareBroker(0), 0.6),
    row(
      'embedded broker, QoS 1, on disk',
      embedded(1, 'strict'),
      'bare aedes, in memory',
      bareBroker(1),
      0.5,
    ),
    row('external broker, QoS 0', external, 'a bare mqtt subscriber', bareSubscriber, 0.85),
  ],
};
