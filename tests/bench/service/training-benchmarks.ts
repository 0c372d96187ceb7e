import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { childrenCpuMs, childrenOf, ownWaitMs } from '../../faults/harness/process-usage.js';
import type { Benchmark, Group, Row, Sample } from '../benchmark.js';
import { ensembleBenchmark } from '../ensemble-benchmark.js';
import { Device, steadily } from './device.js';
import { startService } from './processes.js';
import { loadMessage, serviceSite } from './service-rules.js';
import { WEAR_MODEL, wearLabels, wearMessages } from './training-site.js';

const MAIN = resolve('dist/program/main.js');
const LOAD_PER_SECOND = 1_000;
const PROBES_PER_SECOND = 200;
const WARM_UP_MS = 3_000;
/** With the job stopped, and with it at work, in turn: what else the machine does hits both alike. */
const SLICE_MS = 500;
/** Of the rows: it takes some twenty seconds, stops included. */
const SHARE_BESIDE = 0.3;
/** What is measured just after a change belongs to neither. */
const SETTLE_MS = 50;

interface Probe {
  /** Where its delay goes; `null`: nowhere. */
  readonly into: number[] | null;
  /** Of this process until then. */
  readonly ownWaitMs: number;
  readonly at: number;
}

interface Training {
  /** Of `tocsin train`; the job is its child. */
  readonly command: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Runs `tocsin train` in a site, as people do, on a recording. */
function startTraining(site: string, scale: number): Training {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-training-'));
  const input = join(folder, 'wear.ndjson');
  const labels = join(folder, 'wear.csv');
  writeFileSync(input, Array.from(wearMessages(scale), (message) => `${JSON.stringify(message)}\n`).join(''));
  writeFileSync(labels, wearLabels(scale));
  const args = ['train', 'wear', '--site', site, '--input', input, '--labels', labels];
  const command = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [command.stdout, command.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const ended = once(command, 'close').then(([code]) => {
    rmSync(folder, { recursive: true });
    if (code !== 0 && scale > 0.1) throw new Error(`tocsin train ended with ${code}: ${said}`);
  });
  ended.catch(() => undefined); // for those who wait for it
  return { command, ended };
}

const SITE = () => ({ ...serviceSite(), 'models/wear.json': WEAR_MODEL });

/** The command, the job, and reading included. */
const training: Benchmark = {
  id: 'training/from messages to a version',
  async run(scale) {
    const service = await startService(SITE());
    await service.gateway.kill();
    const start = performance.now();
    const before = childrenCpuMs();
    await startTraining(service.site, scale).ended;
    const cpuNs = (childrenCpuMs() - before) * 1e6;
    const wallNs = (performance.now() - start) * 1e6;
    await service.stop();
    return { operations: 1, wallNs, cpuNs, bytes: 0, result: 0 };
  },
};

/**
 * How long probes took, in ms: with the training at work, and with it stopped. How long this process could have run
 * meanwhile, and others did, is not counted: it stands for devices, which have no part in the gateway's cores.
 */
interface Delays {
  readonly beside: number[];
  readonly alone: number[];
}

/** Publishes probes among a load while a training works, stops, works, … and in the end makes a version that is taken up. */
async function delays(scale: number): Promise<Delays> {
  const service = await startService(SITE());
  const measured: Delays = { beside: [], alone: [] };
  let into: number[] | null = null;
  const watcher = await Device.connect(service.port, 'watcher');
  await watcher.subscribe('probe/#');
  const sent: Probe[] = [];
  watcher.onPacket = ({ body }) => {
    const { n } = JSON.parse(body.subarray(2 + body.readUInt16BE(0)).toString());
    const probe = sent[n];
    if (probe?.into)
      probe.into.push(Math.max(0, performance.now() - probe.at - (ownWaitMs() - probe.ownWaitMs)));
  };
  const device = await Device.connect(service.port, 'load');
  const prober = await Device.connect(service.port, 'prober');
  let loaded = 0;
  const load = steadily(LOAD_PER_SECOND, (count) => {
    device.send(...Array.from({ length: count }, (_, index) => loadMessage(loaded + index)));
    loaded += count;
  });
  const probes = steadily(PROBES_PER_SECOND, (count) => {
    for (let i = 0; i < count; i++) {
      const n = sent.push({ into, ownWaitMs: ownWaitMs(), at: performance.now() }) - 1;
      prober.send({ topic: 'probe/value', payload: `{"value":${n % 2 === 0 ? 90 : 70},"n":${n}}` });
    }
  });
  await passed(WARM_UP_MS * Math.min(1, scale * 100));
  const { command, ended } = startTraining(service.site, scale * SHARE_BESIDE);
  const job = await jobOf(command);
  for (let slice = 0; isRunning(job); slice++) {
    const isAtWork = slice % 2 === 0;
    signal(job, isAtWork ? 'SIGCONT' : 'SIGSTOP');
    await passed(SETTLE_MS);
    into = isAtWork ? measured.beside : measured.alone;
    await passed(SLICE_MS);
    into = null;
  }
  // The version is stored and taken up: what that holds up is held up by the training.
  into = measured.beside;
  await ended;
  into = null;
  probes.stop();
  load.stop();
  for (const one of [watcher, device, prober]) one.close();
  await service.stop();
  return measured;
}

/** Once it is there; 0: the command ended without it. */
async function jobOf({ pid = 0, exitCode }: ChildProcess): Promise<number> {
  for (;;) {
    const [job] = exitCode === null ? childrenOf(pid) : [0];
    if (job !== undefined) return job;
    await passed(10);
  }
}

function isRunning(job: number): boolean {
  return signal(job, 0);
}

/** Whether it was there. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return pid > 0 && process.kill(pid, what);
  } catch {
    return false;
  }
}

/** What the share of the probes that were quickest took at most. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const SHARES = { median: 0.5, p99: 0.99, largest: 1 } as const;
type ShareName = keyof typeof SHARES;

const added = (name: ShareName): Benchmark => ({
  id: `training/added ${name}`,
  async run(scale): Promise<Sample> {
    const { beside, alone } = await delays(scale);
    const [own, other] = [percentile(beside, SHARES[name]), percentile(alone, SHARES[name])];
    // To be quicker beside a training is chance.
    const ms = Math.max(0, own - other) || 0;
    return { operations: 1, wallNs: ms * 1e6, cpuNs: 0, bytes: 0, result: 0 };
  },
});

const addedRow = (name: ShareName): Row => ({
  what: `what it adds to publish to decision at 1,000 messages/s, ${name}`,
  benchmark: added(name),
  unit: 'ms',
  basis: 'wall',
  reference: null,
  target: { bound: 'at most', value: 5, of: 'measured' },
});

/** The built program trains a model of a site, by itself and beside the service. */
export const trainingBenchmarks: Group = {
  name: 'training',
  title: 'Training',
  rows: [
    {
      what: '300 trees from 20,000 rows of 120 columns',
      benchmark: ensembleBenchmark,
      unit: 'seconds',
      reference: null,
      target: { bound: 'at most', value: 15, of: 'measured' },
    },
    {
      what: 'a whole training with them: 300 trees for each fifth held out, from messages to a version',
      benchmark: training,
      unit: 'seconds',
      reference: null,
      target: null,
    },
    addedRow('p99'),
    addedRow('largest'),
  ],
};
