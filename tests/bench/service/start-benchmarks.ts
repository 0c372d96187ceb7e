import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HISTORY_FILE } from '../../../runtime/history/history-database.js';
import { dataOf, statusOf } from '../../faults/harness/running-gateway.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { fillHistory } from '../filled-history.js';
import { Device } from './device.js';
import { type ServiceProcess, startService } from './processes.js';
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

/** A day of a hundred sensors, a reading every ten seconds. */
const DAY = { series: 100, everyMs: 10_000, times: 8_640 };
const DAY_RULE = {
  id: 'day',
  inputs: { t: 'plant/{line}/{machine}/temperature' },
  when: { avg: 't', over: '24h', above: 1_000 },
};

/** A service that has a day of history, to which a rule over a day is added. @returns how long that waited for its past */
async function startWithDay(scale: number): Promise<{ service: ServiceProcess; waitedMs: number }> {
  const service = await startService(serviceSite());
  const data = dataOf(service.site);
  const times = Math.ceil(DAY.times * scale);
  // It opens the file with the first message that comes in: none has yet.
  const start = Date.now() - times * DAY.everyMs;
  fillHistory(join(data, HISTORY_FILE), { ...DAY, times, start }).db.close();
  const instances = async () => (await statusOf(data)).engine.instances;
  const before = await instances();
  const begin = performance.now();
  writeFileSync(join(service.site, 'rules/day.json'), JSON.stringify(DAY_RULE));
  while ((await instances()) < before + DAY.series) await sleep(20);
  return { service, waitedMs: performance.now() - begin };
}

const warmUp: Benchmark = {
  id: 'service/a rule over a day is edited in',
  async run(scale) {
    const { service, waitedMs } = await startWithDay(scale);
    await service.stop();
    return startSample(waitedMs);
  },
};

const afterKillWithDay: Benchmark = {
  id: 'service/start after a kill with windows of a day',
  async run(scale) {
    const { service } = await startWithDay(scale);
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
  {
    what: 'a rule over 24 h is added: until it has seen the day of 100 sensors, a reading every 10 s',
    benchmark: warmUp,
    unit: 'seconds',
    basis: 'wall',
    reference: null,
    target: null,
  },
  {
    what: 'start after a kill with these windows',
    benchmark: afterKillWithDay,
    unit: 'seconds',
    basis: 'wall',
    reference: null,
    target: { bound: 'at most', value: 1, of: 'measured' },
  },
];
