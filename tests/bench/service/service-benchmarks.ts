import type { Group } from '../benchmark.js';
import { burstRow } from './burst-benchmark.js';
import { costRows } from './cost-benchmarks.js';
import { diskRows } from './disk-benchmarks.js';
import { footprintRows } from './footprint-benchmarks.js';
import { latencyRows } from './latency-benchmarks.js';
import { startRows } from './start-benchmarks.js';

/** The built program as a process, from outside. */
export const latencyBenchmarks: Group = {
  name: 'latency',
  title: 'How long it takes',
  rows: [...latencyRows, burstRow, ...startRows],
};

export const footprintBenchmarks: Group = {
  name: 'footprint',
  title: 'What it takes of the machine',
  rows: [...costRows, ...footprintRows, ...diskRows],
};
