import { childrenCpuMs } from '../../faults/harness/process-usage.js';
import type { Benchmark, Group, Row, Sample } from '../benchmark.js';
import { ensembleBenchmark } from '../ensemble-benchmark.js';
import { startService } from './processes.js';
import { type Delays, delaysOfRound } from './training-delays.js';
import { SITE, startTraining } from './training-run.js';

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

/** What the share of the probes that were quickest took at most. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const SHARES = { p99: 0.99, largest: 1 } as const;
type ShareName = keyof typeof SHARES;

/** The row whose benchmark runs first in each round. */
const FIRST = 'p99';

/** @param msOf what of all delays of a round */
const ofRound = (
  id: string,
  { isFirst, msOf }: { readonly isFirst: boolean; readonly msOf: (delays: Delays) => number },
): Benchmark => ({
  id: `training/${id}`,
  async run(scale): Promise<Sample> {
    const ms = msOf(await delaysOfRound(scale, isFirst)) || 0;
    return { operations: 1, wallNs: ms * 1e6, cpuNs: 0, bytes: 0, result: 0 };
  },
});

const addedRow = (name: ShareName): Row => ({
  what: `what it adds to publish to decision at 1,000 messages/s, ${name}`,
  benchmark: ofRound(`added ${name}`, {
    isFirst: name === FIRST,
    // To be quicker beside a training is chance.
    msOf: ({ beside, stopped }) =>
      Math.max(0, percentile(beside, SHARES[name]) - percentile(stopped, SHARES[name])),
  }),
  unit: 'ms',
  basis: 'wall',
  reference: {
    name: 'between halves of the time it is stopped',
    compare: 'difference',
    benchmark: ofRound(`apart without it ${name}`, {
      isFirst: false,
      msOf: ({ stopped, stoppedAgain }) =>
        Math.abs(percentile(stoppedAgain, SHARES[name]) - percentile(stopped, SHARES[name])),
    }),
  },
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
