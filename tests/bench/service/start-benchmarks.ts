import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device } from './device.js';
import { startService } from './processes.js';
import { loadMessage, serviceSite } from './service-rules.js';

function startSample(readyMs: number): Sample {
  return { operations: 1, wallNs: readyMs * 1e6, cpuNs: 0, bytes: 0, result: 0 };
}

const first: Benchmark = {
  id: 'service/start',
  async run() {
    const service = await startService(serviceSite());
    await service.stop();
    return startSample(service.gateway.readyMs);
  },
};

/** What comes in 10 min at 1,000/s, ten times as fast: one minute is enough to wait. */
const JOURNAL_MESSAGES = 600_000;
const PER_SECOND = 10_000;

const afterKill: Benchmark = {
  id: 'service/start after a kill',
  async run(scale) {
    const service = await startService(serviceSite());
    const device = await Device.connect(service.port, 'device');
    await device.sendSteadily(JOURNAL_MESSAGES * scale, PER_SECOND, loadMessage);
    // When the last is acknowledged, all before it are in the journal.
    await device.publish(loadMessage(0));
    device.close();
    const { readyMs } = await service.restart();
    await service.stop();
    return startSample(readyMs);
  },
};

const NODE_RED = { name: 'Node-RED 4.1, published', published: 0.957, compare: 'ratio' } as const;

export const startRows: readonly Row[] = [
  {
    what: 'start to listening and evaluating',
    benchmark: first,
    unit: 'seconds',
    basis: 'wall',
    reference: NODE_RED,
    target: { bound: 'at most', value: 0.4, of: 'measured' },
  },
  {
    what: 'the same after a kill, with 10 min of journal at 1,000/s',
    benchmark: afterKill,
    unit: 'seconds',
    basis: 'wall',
    reference: NODE_RED,
    target: { bound: 'at most', value: 1, of: 'measured' },
  },
];
