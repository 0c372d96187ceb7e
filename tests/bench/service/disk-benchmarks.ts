import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESERVE_BYTES } from '../../../runtime/storage/reserve.js';
import { dataOf, statusOf } from '../../faults/harness/running-gateway.js';
import type { Benchmark, Row, Sample } from '../benchmark.js';
import { Device, steadily } from './device.js';
import { type BrokerProcess, type ServiceProcess, startBare, startService } from './processes.js';
import { loadMessage, serviceSite } from './service-rules.js';

const WARM_UP_MS = 3_000;
const MEASURED_MS = 20_000;
const DAY_MS = 86_400_000;
const DEVICES = 50;

interface DiskUse {
  /** While it was measured. */
  readonly readings: number;
  /** From the beginning. */
  readonly readingsSent: number;
  readonly writtenBytes: number;
  readonly ms: number;
}

interface Load {
  readonly perSecond: number;
  readonly topics: number;
}

/** What a process writes, while so many readings a second come with QoS 1. */
async function diskUse(
  broker: BrokerProcess,
  { perSecond, topics }: Load,
  scale: number,
  begun?: () => Promise<void>,
): Promise<DiskUse> {
  // Each waits for its acknowledgements as devices do: one alone would be held back by its own window.
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, (_, index) => Device.connect(broker.port, `device-${index}`)),
  );
  let sent = 0;
  const publish = () => {
    const message = loadMessage(sent % topics);
    return devices[sent++ % DEVICES]?.publish(message);
  };
  // One after the other, each is committed at once: as many as there may be before commits get rare, and every topic.
  const warmUpMs = WARM_UP_MS * Math.min(1, scale * 10);
  for (const start = performance.now(); performance.now() - start < warmUpMs; ) await publish();
  for (let i = 0; i < topics; i++) void publish();
  const load = steadily(perSecond, (count) => {
    for (let i = 0; i < count; i++) void publish();
  });
  await begun?.();
  const before = { sent, written: writtenBytes(broker.pid), at: performance.now() };
  await sleep(Math.max(MEASURED_MS * scale, 1_500));
  const use = {
    readings: sent - before.sent,
    readingsSent: sent,
    writtenBytes: writtenBytes(broker.pid) - before.written,
    ms: performance.now() - before.at,
  };
  load.stop();
  for (const device of devices) device.close();
  return use;
}

/** What it caused to be written to the disk: whole pages, each time that they are. */
function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

function bytesSample(operations: number, bytes: number): Sample {
  return { operations, wallNs: 0, cpuNs: 0, bytes, result: 0 };
}

const BUSY: Load = { perSecond: 1_000, topics: 1_000 };
const QUIET: Load = { perSecond: 10, topics: 20 };

const written: Benchmark = {
  id: 'service/written for a reading',
  async run(scale) {
    const service = await startSettled(scale);
    const use = await diskUse(service, BUSY, scale).finally(() => service.stop());
    return bytesSample(use.readings, use.writtenBytes);
  },
};

const rowsWritten: Benchmark = {
  id: 'service/written for a row',
  async run(scale) {
    const bare = await startBare('rows');
    const use = await diskUse(bare, BUSY, scale).finally(() => bare.stop());
    return bytesSample(use.readings, use.writtenBytes);
  },
};

const kept: Benchmark = {
  id: 'service/kept of a reading',
  async run(scale) {
    const service = await startSettled(scale);
    const use = await diskUse(service, BUSY, scale);
    await service.gateway.stop();
    const data = dataOf(service.site);
    const bytes = sizeOf(data) - reserveBytes(data);
    await service.stop();
    return bytesSample(use.readingsSent, bytes);
  },
};

/** With the reserve for a full disk made, which is written once. */
async function startSettled(scale: number): Promise<ServiceProcess> {
  const service = await startService(serviceSite());
  const data = dataOf(service.site);
  while (reserveBytes(data) < Math.min(1, 100 * scale) * RESERVE_BYTES) await sleep(100);
  return service;
}

function reserveBytes(data: string): number {
  return statSync(join(data, 'reserve'), { throwIfNoEntry: false })?.size ?? 0;
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

const commits: Benchmark = {
  id: 'service/commits a second',
  async run(scale) {
    const service = await startSettled(scale);
    const data = dataOf(service.site);
    let before = 0;
    const begun = async () => {
      before = (await statusOf(data)).storage.commits;
    };
    const { ms } = await diskUse(service, BUSY, scale, begun);
    const count = (await statusOf(data)).storage.commits - before;
    await service.stop();
    return bytesSample(count / (ms / 1000), 0);
  },
};

const day: Benchmark = {
  id: 'service/written in a day',
  async run(scale) {
    const service = await startSettled(scale);
    const use = await diskUse(service, QUIET, scale).finally(() => service.stop());
    return bytesSample(1, (use.writtenBytes * DAY_MS) / use.ms);
  },
};

const ROWS = 'a row and a commit each';

export const diskRows: readonly Row[] = [
  {
    what: 'written to disk for a reading, 1,000/s',
    benchmark: written,
    unit: 'bytes',
    reference: { name: ROWS, benchmark: rowsWritten, compare: 'ratio' },
    target: { bound: 'at most', value: 100, of: 'measured' },
  },
  {
    what: 'kept on disk of a reading, 1,000/s',
    benchmark: kept,
    unit: 'bytes',
    reference: { name: 'a row, published', published: 25, compare: 'ratio' },
    target: { bound: 'at most', value: 1.4, of: 'measured' },
  },
  {
    what: 'commits a second, 1,000/s',
    benchmark: commits,
    unit: 'count',
    reference: null,
    target: { bound: 'at most', value: 6, of: 'measured' },
  },
  {
    what: 'written in a day at 10/s',
    benchmark: day,
    unit: 'megabytes',
    reference: null,
    target: { bound: 'at most', value: 4_000, of: 'measured' },
  },
];
