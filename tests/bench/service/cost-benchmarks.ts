import { processUsage } from '../../faults/harness/process-usage.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device } from './device.js';
import { loadBatches } from './load-batches.js';
import { type BrokerProcess, startBare, startService } from './processes.js';
import { serviceSite } from './service-rules.js';

const MESSAGES = 400_000;
/** Machine code is made and topics are bound in the first of them. */
const WARM_UP = 40_000;
const DEVICES = 4;
const LAST = { topic: 'load/last', payload: '0' };

/** What all threads of a broker spend on a message, as fast as it takes them. */
async function messageCost(broker: BrokerProcess, scale: number): Promise<Sample> {
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, (_, index) => Device.connect(broker.port, `device-${index}`)),
  );
  const flood = async (count: number) => {
    const each = (count * scale) / DEVICES;
    const counts = await Promise.all(devices.map((device) => device.flood(loadBatches(each, 0), LAST)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  await flood(WARM_UP);
  const before = processUsage(broker.pid).cpuMs;
  const start = performance.now();
  const operations = await flood(MESSAGES);
  const wallNs = (performance.now() - start) * 1e6;
  const cpuNs = (processUsage(broker.pid).cpuMs - before) * 1e6;
  for (const device of devices) device.close();
  return { operations, wallNs, cpuNs, bytes: 0, result: 0 };
}

const ours: Benchmark = {
  id: 'service/cost of a message',
  async run(scale) {
    const service = await startService(serviceSite());
    return messageCost(service, scale).finally(() => service.stop());
  },
};

const bare: Benchmark = {
  id: 'service/cost of a message in bare aedes',
  async run(scale) {
    const broker = await startBare('hook');
    return messageCost(broker, scale).finally(() => broker.stop());
  },
};

const US = 1_000;

export const costRows: readonly Row[] = [
  {
    what: 'CPU per message, QoS 0, 10 rules, embedded broker',
    benchmark: ours,
    unit: 'ns',
    reference: { name: 'bare aedes hook', benchmark: bare, compare: 'ratio' },
    target: { bound: 'at most', value: 4 * US, of: 'measured' },
  },
  {
    what: 'the same, beside Node-RED 4.1 without its broker',
    benchmark: ours,
    unit: 'ns',
    reference: { name: 'published', published: 15 * US, compare: 'ratio' },
    target: null,
  },
];
