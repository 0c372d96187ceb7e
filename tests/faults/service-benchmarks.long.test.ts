/**
 * The benchmarks of the running service measure something. Method: next to no work for each, and its reference; of those
 * that give several figures of the same run, the first.
 */
import { expect, test } from 'vitest';
import { benchmarksOf } from '../bench/run-benchmarks.js';
import { intakeBenchmarks } from '../bench/service/intake-benchmarks.js';
import { footprintBenchmarks, latencyBenchmarks } from '../bench/service/service-benchmarks.js';
import { trainingBenchmarks } from '../bench/service/training-benchmarks.js';

const rows = [intakeBenchmarks, latencyBenchmarks, footprintBenchmarks, trainingBenchmarks].flatMap(
  (group) => group.rows,
);
const benchmarks = new Map(rows.flatMap(benchmarksOf).map((one) => [one.id, one]));

test.each([...benchmarks.values()].filter(({ id }) => !id.endsWith(' p99')))('$id', async (benchmark) => {
  const { operations, wallNs, cpuNs, bytes } = await benchmark.run(0.001);
  // There may be nothing to measure in so short a time, but there is a measurement.
  for (const value of [operations, wallNs, cpuNs, bytes]) expect(value).toBeGreaterThanOrEqual(0);
});
