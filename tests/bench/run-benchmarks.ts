import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Benchmark, Group, Row, Sample } from './benchmark.js';
import { type Result, resultOf } from './figures.js';

/** Odd, so that the median is one of the runs. */
const ROUNDS = 5;

/**
 * Runs every benchmark of a group once per round, each time in a new process: what slows the machine for a while slows
 * all rows alike.
 *
 * @param script takes `--run ID` and prints one sample as JSON
 * @param progress called before each run
 */
export async function runBenchmarks(
  group: Group,
  script: string,
  progress: (text: string) => void,
): Promise<Result[]> {
  const benchmarks = [...new Map(group.rows.flatMap(benchmarksOf).map((one) => [one.id, one])).values()];
  const samples = new Map<string, Sample[]>(benchmarks.map(({ id }) => [id, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { id } of benchmarks) {
      progress(`round ${round} of ${ROUNDS}: ${id}`);
      const sample = await runOnce(script, id);
      const others = samples.get(id) ?? [];
      others.push(sample);
      if (others.some(({ result }) => result !== sample.result)) {
        throw new Error(`${id} came to different results in different runs`);
      }
    }
  }
  return group.rows.map((row) => resultOf(group.name, row, samples));
}

export function benchmarksOf({ benchmark, reference }: Row): Benchmark[] {
  return reference !== null && 'benchmark' in reference ? [benchmark, reference.benchmark] : [benchmark];
}

async function runOnce(script: string, id: string): Promise<Sample> {
  const args = ['--expose-gc', '--max-old-space-size=4096', script, '--run', id];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
