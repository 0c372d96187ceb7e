import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage } from '../../faults/harness/process-usage.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device } from './device.js';
import { batchesOf } from './load-batches.js';
import { type BrokerProcess, startBare, startService } from './processes.js';
import { loadMessage, serviceSite } from './service-rules.js';

/** Until what a start leaves behind is given back. */
const SETTLE_MS = 3_000;

async function resident(broker: BrokerProcess, scale: number): Promise<Sample> {
  await sleep(SETTLE_MS * Math.min(1, scale));
  const bytes = processUsage(broker.pid).residentBytes;
  await broker.stop();
  return { operations: 1, wallNs: 0, cpuNs: 0, bytes, result: 0 };
}

const idle: Benchmark = {
  id: 'service/idle',
  run: async (scale) => resident(await startService(serviceSite()), scale),
};

const libraries: Benchmark = {
  id: 'service/libraries',
  run: async (scale) => resident(await startBare('libraries'), scale),
};

const AREAS = 100;
const MACHINES_PER_AREA = 100;

/** Ten rules for every area, each with an instance for each of its machines. */
function largeSite(areas: number): Record<string, unknown> {
  const whens = [
    { value: 'x', above: 85, deadband: 5, for: '30s' },
    { value: 'x', above: 90, deadband: 5, for: '30s' },
    { value: 'x', below: 30, for: '5m', keepFor: '1m' },
    { value: 'x', outside: [20, 95] },
    { avg: 'x', over: '10m', minCount: 5, above: 85 },
    { avg: 'x', over: '1h', full: true, above: 75 },
    { max: 'x', over: 60, above: 95 },
    'x * 1.8 + 32 > 190',
    { absent: 'x', for: '10m' },
    { value: 'x', above: 92, for: '1m' },
  ];
  const rules = Array.from({ length: areas }, (_, area) =>
    whens.map((when, index) => ({
      id: `area-${area}-${index}`,
      inputs: { x: `plant/area-${area}/{machine}/x` },
      when,
    })),
  );
  return {
    'tocsin.json': { gateway: 'bench', mqtt: { embedded: { port: 0 } } },
    'rules/areas.json': { rules: rules.flat() },
  };
}

const large: Benchmark = {
  id: 'service/large site',
  async run(scale) {
    const areas = Math.ceil(AREAS * scale);
    const machines = Math.ceil(MACHINES_PER_AREA * scale);
    const service = await startService(largeSite(areas));
    const device = await Device.connect(service.port, 'device');
    const reading = (n: number) => ({
      topic: `plant/area-${n % areas}/m${Math.floor(n / areas) % machines}/x`,
      payload: String(40 + (n % 40)),
    });
    await device.flood(batchesOf(5 * areas * machines, reading), loadMessage(0));
    device.close();
    return resident(service, scale);
  },
};

export const footprintRows: readonly Row[] = [
  {
    what: 'memory, idle, embedded broker only',
    benchmark: idle,
    unit: 'megabytes',
    reference: { name: 'the libraries alone', benchmark: libraries, compare: 'difference' },
    target: { bound: 'at most', value: 95, of: 'measured' },
  },
  {
    what: 'memory, 1,000 rules, 10,000 series, 100,000 instances',
    benchmark: large,
    unit: 'megabytes',
    reference: { name: 'Node-RED 4.1, one flow, published', published: 117, compare: 'difference' },
    target: { bound: 'at most', value: 250, of: 'measured' },
  },
];
