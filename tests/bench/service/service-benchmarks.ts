import type { Group } from '../benchmark.js';
import { burstRow } from './burst-benchmark.js';
import { costRows } from './cost-benchmarks.js';
import { diskRows } from './disk-benchmarks.js';
import { footprintRows } from './footprint-benchmarks.js';
import { latencyRows } from './latency-benchmarks.js';
import { startRows } from './start-benchmarks.js';

/** The built program as a process, from outside: what it takes, and how long it lets others wait. */
export const serviceBenchmarks: Group = {
  name: 'service',
  title: 'Service',
  rows: [...latencyRows, burstRow, ...costRows, ...footprintRows, ...startRows, ...diskRows],
};
