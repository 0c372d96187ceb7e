import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { childrenOf, ownWaitMs } from '../../faults/harness/process-usage.js';
import { BENCH_FOLDER } from '../benchmark.js';
import { Device, steadily } from './device.js';
import { startService } from './processes.js';
import { loadMessage } from './service-rules.js';
import { SITE, startTraining } from './training-run.js';

const LOAD_PER_SECOND = 1_000;
const PROBES_PER_SECOND = 200;
const WARM_UP_MS = 3_000;
/** With the job at work, and with it stopped, in turn: what else the machine does hits all alike. */
const SLICE_MS = 500;
/** Of the rows: it takes half a minute, stops included. */
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

/**
 * How long probes took, in ms: with the training at work, and with it stopped. How long this process could have run
 * meanwhile, and others did, is not counted: it stands for devices, which have no part in the gateway's cores.
 */
export interface Delays {
  readonly beside: number[];
  readonly stopped: number[];
  /** Stopped as well: how far these are from the others the machine does by itself. */
  readonly stoppedAgain: number[];
}

/** As often each, and none always after the same. */
const TURNS = ['beside', 'stopped', 'stoppedAgain', 'beside', 'stoppedAgain', 'stopped'] as const;

/** Those of a round, which several rows are made of. @param isFirst of these rows */
export async function delaysOfRound(scale: number, isFirst: boolean): Promise<Delays> {
  const folder = process.env[BENCH_FOLDER];
  const path = folder === undefined ? null : join(folder, 'training-delays.json');
  if (path !== null && !isFirst && existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const measured = await delays(scale);
  if (path !== null) writeFileSync(path, JSON.stringify(measured));
  return measured;
}

/** Publishes probes among a load while a training works, stops, works, … and in the end makes a version that is taken up. */
async function delays(scale: number): Promise<Delays> {
  const service = await startService(SITE());
  const measured: Delays = { beside: [], stopped: [], stoppedAgain: [] };
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
    const turn = TURNS[slice % TURNS.length] ?? 'beside';
    signal(job, turn === 'beside' ? 'SIGCONT' : 'SIGSTOP');
    await passed(SETTLE_MS);
    into = measured[turn];
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
