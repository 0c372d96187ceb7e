/** The benchmarks of the running service measure something. Method: next to no work for each, and its reference. */
import { expect, test } from 'vitest';
import { benchmarksOf } from '../bench/run-benchmarks.js';
import { serviceBenchmarks } from '../bench/service/service-benchmarks.js';

const benchmarks = new Map(serviceBenchmarks.rows.flatMap(benchmarksOf).map((one) => [one.id, one]));

test.each([...benchmarks.values()])('$id', async (benchmark) => {
  const { operations, wallNs, bytes } = await benchmark.run(0.001);
  expect(operations).toBeGreaterThan(0);
  expect(wallNs + bytes).toBeGreaterThan(0);
});
